import type { Label } from '../../core.js'
import { command, idOf, numbersOf, textOf } from '../command.js'
import { requesterSecrets } from '../kept.js'
import { errorData, list, proving, table, toJson, withProgress } from '../output.js'
import { writeNew } from '../written.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const
const slot = { type: 'string', valueHint: 'N,…', description: 'These slots only' } as const

export const taskAssign = command({
  name: 'assign',
  description: 'Give every worker who joined the key to the items',
  args: { id },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { wrapped, skipped, hashes } = await client.wrapContentKeys({
      taskId,
      secrets: await requesterSecrets(context, taskId),
    })
    const left = skipped.map(({ slot: number, error }) => ({ slot: number, reason: error.message }))
    const lines = [`wrapped to ${wrapped.length} slots`, ...left.map((entry) => `slot ${entry.slot}: ${entry.reason}`)]
    return { data: { wrapped, skipped: left, hashes }, text: lines.join('\n') }
  },
})

export const taskOpenGold = command({
  name: 'open-gold',
  description: 'Show the gold, once nobody can commit any more',
  args: { id },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { hash, found } = await client.openGold({ taskId, secrets: await requesterSecrets(context, taskId) })
    return { data: { taskId, hash, found }, text: list({ opened: taskId, transaction: hash }) }
  },
})

export const taskScore = command({
  name: 'score',
  description: 'Prove the scores of submissions against the hidden gold: pays each, or rejects it provisionally',
  args: { id, slot },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const asked = numbersOf(flags, 'slot')
    const secrets = await requesterSecrets(context, taskId)
    const slots =
      asked ??
      (await client.getSlots({ taskId }))
        .filter(({ state, commitment, rejection }) => state === 'joined' && commitment !== 0n && !rejection)
        .map((taken) => taken.slot)
    const { results } = await withProgress('Scoring', context.json, (report) => {
      let done = 0
      return client.scoreSlots({
        taskId,
        slots,
        secrets,
        prover: context.prover(),
        onSlot: (index) => {
          done = index
        },
        onProgress: proving((fraction, stage) =>
          report((done + fraction) / slots.length, `slot ${slots[done]} ${stage}`),
        ),
      })
    })
    const data = results.map((result) => {
      if (result.outcome === 'refused') return { slot: result.slot, hash: result.hash, error: errorData(result.error) }
      const { agreements, goldCount, passed, receiptId, hash } = result
      return { slot: result.slot, agreements, goldCount, passed, receiptId, hash }
    })
    const refused = results.filter((result) => result.outcome === 'refused')
    // When nothing could be scored there is one thing to say.
    if (refused.length > 0 && refused.length === results.length) throw refused[0]!.error
    const rows = results.map((result) =>
      result.outcome === 'refused'
        ? [result.slot, '-', result.error.shortMessage]
        : [result.slot, `${result.agreements}/${result.goldCount}`, result.passed ? 'paid' : 'rejected, provisionally'],
    )
    const text = data.length === 0 ? 'nothing to score' : table(['slot', 'score', 'outcome'], rows)
    return { data, text, failed: refused.length > 0 }
  },
})

export const taskLabels = command({
  name: 'labels',
  description: 'Decrypt the delivered labels from chain data',
  args: { id, out: { type: 'string', valueHint: 'FILE', description: 'Write CSV (slot, worker, item, label) there' } },
  run: async (context, flags) => {
    const client = await context.reader()
    const taskId = idOf(flags)
    const delivered = await client.readDeliveredLabels({ taskId, secrets: await requesterSecrets(context, taskId) })
    const data = delivered.map(({ slot: number, worker, payout, labels, hash }) => ({
      slot: number,
      worker,
      payout,
      labels,
      hash,
    }))
    const out = textOf(flags, 'out')
    if (out) await writeNew(out, toCsv(data))
    const rows = data.map((entry) => [entry.slot, entry.worker, entry.labels.length])
    const text = data.length === 0 ? 'nothing delivered yet' : table(['slot', 'worker', 'labels'], rows)
    return { data, text }
  },
})

function toCsv(deliveries: readonly { slot: number; worker: string; labels: readonly Label[] }[]): string {
  const rows = deliveries.flatMap(({ slot: number, worker, labels }) =>
    labels.map((label, item) => {
      const cell = typeof label === 'number' ? label : `"${toJson(label).replace(/\s+/g, '').replaceAll('"', '""')}"`
      return `${number},${worker},${item},${cell}`
    }),
  )
  return ['slot,worker,item,label', ...rows, ''].join('\n')
}

export const taskCancel = command({
  name: 'cancel',
  description: 'End a task nobody has joined; the escrow becomes a credit',
  args: { id },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { hash, amount } = await client.cancelTask({ taskId })
    return { data: { taskId, hash, amount }, text: list({ cancelled: taskId, credited: `${amount} base units` }) }
  },
})
