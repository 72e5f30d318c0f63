import { neutralise } from '../lib/text'

/** Text that came from the chain: neutralised, and isolated so that its direction does not leak into the page. */
export function ChainText({ children, empty = 'Untitled' }: { children: string; empty?: string }) {
  return <bdi>{neutralise(children) || empty}</bdi>
}
