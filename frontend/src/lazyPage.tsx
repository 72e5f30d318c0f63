import { type ComponentType, lazy } from 'react'

type Module<Props> = { default: ComponentType<Props> }

const preloads: (() => void)[] = []

/**
 * A page in a file of its own. Once its file is there the page renders at once: React's own `lazy` would still show a
 * placeholder for a moment on the first visit.
 */
export function lazyPage<Props extends object>(load: () => Promise<Module<Props>>): ComponentType<Props> {
  let Loaded: ComponentType<Props> | undefined
  const remember = (module: Module<Props>) => {
    Loaded = module.default
    return module
  }
  const Pending = lazy(() => load().then(remember)) as unknown as ComponentType<Props>
  // A file that cannot be had now is asked for again when its page is visited.
  preloads.push(() => void load().then(remember, () => {}))
  return function Page(props: Props) {
    return Loaded ? <Loaded {...props} /> : <Pending {...props} />
  }
}

/** Fetches every page's file while the browser has nothing better to do; together they are a few kilobytes. */
export function preloadPages(): void {
  const whenIdle = window.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 1))
  whenIdle(() => {
    for (const preload of preloads) preload()
  })
}
