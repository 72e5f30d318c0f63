import type { ReadConsensusReturnType } from '../actions/index.js'
import { table } from './output.js'

type Consensus = Pick<ReadConsensusReturnType, 'labels' | 'covered'>

export function consensusTable({ labels, covered }: Consensus, classes: readonly string[]): string {
  const rows = labels.map((label, item) =>
    covered[item] ? [item, label, classes[label] ?? ''] : [item, '–', 'no vote'],
  )
  return table(['item', 'label', 'class'], rows)
}
