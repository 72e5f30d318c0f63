import type { SettleResult, Task } from '../../actions/index.js'
import { TooEarlyError } from '../../errors/contract.js'
import { type AmountText, amountsOf } from '../../text/amounts.js'
import { command, idOf, numbersOf } from '../command.js'
import type { Context } from '../context.js'
import { UsageError } from '../errors.js'
import { closeText } from '../goldText.js'
import { requesterSecrets } from '../kept.js'
import { formatOf, labelOutArgs, taskWords } from '../labelOutput.js'
import { errorData, list, table, time } from '../output.js'
import { aggregate, type ConsensusTask, canAggregate, showConsensus } from './taskConsensus.js'

export const taskSettle = command({
  name: 'settle',
  description:
    'End every slot whose time is over and return what is left to the requester; of a consensus, prove it first',
  args: {
    id: { type: 'positional', required: true, description: 'Task id' },
    slot: { type: 'string', valueHint: 'N,…', description: 'These slots only' },
    ...labelOutArgs,
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const only = numbersOf(flags, 'slot')
    formatOf(flags)
    const before = await client.getTask({ taskId })
    if (before.kind !== 'consensus' && flags.out !== undefined)
      throw new UsageError('--out is for the consensus of a task.', 'Labels that workers delivered: `task labels`.')
    if (before.kind === 'consensus') {
      formatOf(flags, before.rules)
      // Asked for before anything is sent: without them no file is written.
      if (flags.out !== undefined) await taskWords(context, await requesterSecrets(context, taskId))
    }
    const proven =
      only === undefined && (await canAggregate(context, before))
        ? await aggregate(context, before as ConsensusTask)
        : undefined

    const due =
      only ??
      (await client.getSlots({ taskId }))
        .filter(({ state, outcome }) => state === 'joined' && outcome !== 'pending')
        .map((taken) => taken.slot)
    const { results } = await client.settleSlots({ slots: due.map((number) => ({ taskId, slot: number })) })
    const left = results.filter((result) => result.outcome === 'passed-over')
    if (left.length > 0 && left.length === results.length) throw left[0]!.error
    const task = await client.getTask({ taskId })
    const decided = task.kind === 'consensus' && task.progress.out !== 0n
    const unfilled = only === undefined && !task.unfilledReturned ? await returnFree(client, task) : undefined
    const returned = unfilled && { slots: unfilled.slots, amount: unfilled.amount, hash: unfilled.hash }
    const consensus =
      decided && (proven !== undefined || flags.out !== undefined)
        ? await showConsensus(context, flags, task)
        : undefined
    const held = task.kind === 'hidden-gold' ? closeText(task) : undefined
    const data = {
      taskId,
      ...(proven ? { outcome: proven.outcome, steps: proven.steps, round: roundOf(task) } : {}),
      settled: results.map(settledData),
      unfilled: returned,
      ...(consensus ? { consensus: consensus.data } : {}),
    }
    const amount = await amountsOf(client, task.token)
    const lines = [
      ...(proven ? [stepTable(proven.steps)] : []),
      ...(proven?.outcome === 'round' && task.kind === 'consensus' ? [nextRound(task)] : []),
      results.length === 0 ? (proven ? '' : 'no slot to settle') : settledTable(results, amount),
      ...(unfilled
        ? [`${unfilled.slots} slots nobody took: ${amount(unfilled.amount)} credited to the requester`]
        : []),
      ...(held === undefined ? [] : [`rejected slots wait for open gold audits: ${held}`]),
      ...(consensus ? [`\n${consensus.text}`] : []),
    ]
    return { data, text: lines.filter((line) => line !== '').join('\n'), failed: left.length > 0 }
  },
})

/** What nobody took, once nobody can take it any more. */
async function returnFree(client: Awaited<ReturnType<Context['signer']>>, { taskId, joined, slots }: Task) {
  if (joined === slots) return undefined
  return client.returnUnfilled({ taskId }).catch((error: unknown) => {
    if (error instanceof TooEarlyError) return undefined
    throw error
  })
}

const roundOf = (task: { readonly kind: string } | ConsensusTask) =>
  'progress' in task ? task.progress.round : undefined

function nextRound({ progress }: ConsensusTask): string {
  const { round, firstSlot, slotLimit, joinBy } = progress
  return list({
    'too few agree': `round ${round + 1} is open`,
    slots: `${slotLimit - firstSlot} more`,
    'join by': time(joinBy),
  })
}

type Step = Awaited<ReturnType<typeof aggregate>>['steps'][number]

function stepTable(steps: readonly Step[]): string {
  const rows = steps.map(({ step, slots, provingSeconds, gasUsed, hash }) => [
    step,
    slots.join(', ') || '-',
    provingSeconds.toFixed(1),
    gasUsed,
    hash,
  ])
  return rows.length === 0 ? '' : table(['proof', 'slots', 'seconds', 'gas', 'transaction'], rows)
}

function settledData(result: SettleResult) {
  return result.outcome === 'passed-over'
    ? { slot: result.slot, error: errorData(result.error) }
    : { slot: result.slot, outcome: result.outcome, amount: result.amount, hash: result.hash }
}

function settledTable(results: readonly SettleResult[], amount: AmountText): string {
  const rows = results.map((result) => [
    result.slot,
    result.outcome === 'passed-over' ? result.error.shortMessage : result.outcome,
    result.outcome === 'passed-over' ? '-' : amount(result.amount),
  ])
  return table(['slot', 'outcome', 'amount'], rows)
}
