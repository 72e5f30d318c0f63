import type { Label } from '../../core.js'
import { mergeLabels, nameLabel } from '../../labels-io/index.js'
import { amountsOf } from '../../text/amounts.js'
import { command, idOf, numbersOf, textOf } from '../command.js'
import { UsageError } from '../errors.js'
import { requesterSecrets } from '../kept.js'
import { formatOf, labelOutArgs, shownWords, tryTaskWords, writeLabels } from '../labelOutput.js'
import { assignedItems } from '../labelSheet.js'
import { count, errorData, list, proving, table, withProgress } from '../output.js'

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
    const lines = [
      `wrapped to ${count(wrapped.length, 'slot')}`,
      ...left.map((entry) => `slot ${entry.slot}: ${entry.reason}`),
    ]
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
  args: {
    id,
    slot,
    ...labelOutArgs,
    merge: { type: 'boolean', description: 'One label per item: what most workers gave (not for boxes)' },
  },
  run: async (context, flags) => {
    const client = await context.reader()
    const taskId = idOf(flags)
    const only = numbersOf(flags, 'slot')
    formatOf(flags)
    const secrets = await requesterSecrets(context, taskId)
    const task = await client.getTask({ taskId })
    if (!('rules' in task)) throw new UsageError('This task asks for a proof and not for labels.')
    const { rules } = task
    formatOf(flags, rules)
    const delivered = (await client.readDeliveredLabels({ taskId, secrets })).filter(
      (delivery) => !only || only.includes(delivery.slot),
    )
    const deliveries = delivered.map(({ slot: number, worker, payout, labels, hash }) => ({
      slot: number,
      worker,
      payout,
      labels,
      hash,
    }))
    // Of items that were not a worker's own its labels say nothing.
    const labelings = await Promise.all(
      delivered.map(async ({ slot: number, labels }) => {
        const own = await assignedItems(context, task, number)
        return labels.map((label, item) => (!own || own.includes(item) ? label : undefined))
      }),
    )
    const merged = flags.merge === true ? mergeLabels({ rules, labelings }) : undefined
    const rows =
      merged?.labels.map(({ item, label }) => ({ item, label })) ??
      delivered.flatMap(({ slot: number, worker }, index) =>
        labelings[index]!.flatMap((label, item) =>
          label === undefined ? [] : [{ item, label, slot: number, worker }],
        ),
      )
    const words = await tryTaskWords(context, secrets)
    const out = (await writeLabels(flags, { taskId, rules, words }, rows)) ? textOf(flags, 'out') : undefined
    const { classes, note } = shownWords(words)
    // Without the names of the classes numbers are all there is, and nothing is called by them.
    const named = note ? undefined : (label: Label) => nameLabel({ rules, classes, label })
    const shown = table(
      ['slot', 'worker', 'labels'],
      deliveries.map((entry) => [entry.slot, entry.worker, entry.labels.length]),
    )
    const about = {
      ...(merged ? { merged: `${merged.labels.length} of ${rules.itemCount} items` } : {}),
      ...(merged && merged.ties.length > 0 ? { 'left out, even': `items ${merged.ties.join(', ')}` } : {}),
      ...(out ? { written: out } : {}),
      ...(note ? { note } : {}),
    }
    const text =
      deliveries.length === 0
        ? `nothing delivered yet${flags.out === undefined ? '' : ': no file was written'}`
        : [shown, ...(Object.keys(about).length > 0 ? ['', list(about)] : [])].join('\n')
    const called = deliveries.map((entry) => ({ ...entry, ...(named ? { named: entry.labels.map(named) } : {}) }))
    return { data: merged ? { ...merged, deliveries: called } : called, text }
  },
})

export const taskCancel = command({
  name: 'cancel',
  description: 'End a task nobody has joined; the escrow becomes a credit',
  args: { id },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { hash, amount } = await client.cancelTask({ taskId })
    const { token } = await client.getTask({ taskId })
    const credited = (await amountsOf(client, token))(amount)
    return { data: { taskId, hash, amount }, text: list({ cancelled: taskId, credited }) }
  },
})
