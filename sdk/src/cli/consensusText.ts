import { readContract } from 'viem/actions'
import type { ReadConsensusReturnType, RequesterSecrets } from '../actions/index.js'
import { bytesFromHex } from '../actions/internal/secrets.js'
import { openPayload } from '../core.js'
import { datasetRegistryAbi } from '../generated/abis.js'
import { type Flags, textOf } from './command.js'
import type { Context } from './context.js'
import { UsageError } from './errors.js'
import { table } from './output.js'

/** The consensus as `--out` writes it, in the formats that labels are read in. */
export const consensusArgs = {
  out: { type: 'string', valueHint: 'FILE', description: 'Write the consensus labels there' },
  format: { type: 'string', valueHint: 'csv|jsonl', description: 'Of --out; default: by its name, else CSV' },
} as const

export type ConsensusFormat = 'csv' | 'jsonl'

export function formatOf(flags: Flags): ConsensusFormat {
  const format = textOf(flags, 'format') ?? (textOf(flags, 'out')?.endsWith('.jsonl') ? 'jsonl' : 'csv')
  if (format !== 'csv' && format !== 'jsonl') throw new UsageError('--format must be csv or jsonl.')
  return format
}

type Consensus = Pick<ReadConsensusReturnType, 'labels' | 'covered'>

/** Items that nobody's vote is on are left out: their label says nothing. */
export function consensusToText(
  { labels, covered }: Consensus,
  format: ConsensusFormat,
  classes: readonly string[],
): string {
  const known = labels.flatMap((label, item) => (covered[item] ? [{ item, label, class: classes[label] }] : []))
  const lines =
    format === 'jsonl'
      ? known.map((entry) => JSON.stringify(entry))
      : ['item,label,class', ...known.map((entry) => `${entry.item},${entry.label},${csvCell(entry.class ?? '')}`)]
  return [...lines, ''].join('\n')
}

export function consensusTable({ labels, covered }: Consensus, classes: readonly string[]): string {
  const rows = labels.map((label, item) =>
    covered[item] ? [item, label, classes[label] ?? ''] : [item, '–', 'no vote'],
  )
  return table(['item', 'label', 'class'], rows)
}

/** Class names are in the payload, which its requester can open; without it labels are numbers. */
export async function classesOf(context: Context, secrets: RequesterSecrets): Promise<readonly string[]> {
  const client = await context.reader()
  const { chainId, contracts } = await context.deployment()
  const { taskRegistry, datasetRegistry } = contracts
  const { taskId, contentKey } = secrets
  try {
    const { datasetVersionId } = await client.getTask({ taskId })
    const contract = { address: datasetRegistry, abi: datasetRegistryAbi } as const
    const root = await readContract(client, { ...contract, functionName: 'rootOf', args: [datasetVersionId] })
    const sealed = await context.contents().get(secrets.payloadCid)
    const key = bytesFromHex(contentKey, 'contentKey')
    return (await openPayload({ chainId, taskRegistry, taskId, contentKey: key, sealed, root })).classes
  } catch {
    return []
  }
}

/** Quoted where it must be; a name is never a formula of whoever opens the file. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
