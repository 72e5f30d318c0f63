import type { Label, Rules } from '../core.js'
import { plain } from '../text/plain.js'

/** More classes than this are counted together. */
const SHOWN = 12

/** How often each class stands in a sheet, most often first. */
export type SheetContent = {
  readonly count: number
  readonly classes: readonly { readonly label: number; readonly name: string; readonly count: number }[]
}

export function contentOf(labels: readonly Label[], rules: Rules, names: readonly string[]): SheetContent {
  const counts = new Map<number, number>()
  const add = (label: number) => counts.set(label, (counts.get(label) ?? 0) + 1)
  for (const label of labels) {
    if (typeof label === 'object') add(label.class)
    else if (rules.kind === 'set') for (const member of membersOf(label)) add(member)
    else add(label)
  }
  const classes = [...counts].map(([label, count]) => ({ label, name: names[label] ?? String(label), count }))
  return { count: labels.length, classes: classes.sort((a, b) => b.count - a.count || a.label - b.label) }
}

/** `20 labels: 8 cat, 7 dog, 5 fox` */
export function contentText({ count, classes }: SheetContent): string {
  const shown = classes.slice(0, SHOWN).map((entry) => `${entry.count} ${plain(entry.name)}`)
  const rest = classes.length - shown.length
  const all = [...shown, ...(rest > 0 ? [`${rest} classes more`] : [])].join(', ')
  const same = classes.length === 1 && count > 1 ? ' (all of them the same)' : ''
  return `${count} ${count === 1 ? 'label' : 'labels'}: ${all || 'no class in any'}${same}`
}

function membersOf(mask: number): number[] {
  return Array.from({ length: mask.toString(2).length }, (_, bit) => bit).filter(
    (bit) => Math.floor(mask / 2 ** bit) % 2,
  )
}
