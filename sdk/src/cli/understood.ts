import { isAddressEqual, zeroAddress } from 'viem'
import type { ProtocolParameters, SettlementParameters } from '../actions/index.js'
import type { Rules } from '../core.js'
import { describeRules } from '../labels/describeRules.js'
import type { AmountText } from '../text/amounts.js'
import { duration } from '../text/durations.js'
import { list, time } from './output.js'
import type { TaskFile } from './taskFile.js'

const BPS = 10_000n

/** What a task costs, in base units of its token; gas comes on top. */
export type TaskCost = {
  readonly feePerSlot: bigint
  /** Goes into escrow: rewards and fees of all slots. */
  readonly deposit: bigint
  /** Of the requester's free stake, locked until the task is over. */
  readonly bond: bigint
}

export function costOf(
  { rewardPerSlot, slots, bond }: Pick<TaskFile, 'rewardPerSlot' | 'slots' | 'bond'>,
  kind: string,
  { feeBps, goldBondBps }: Pick<ProtocolParameters, 'feeBps' | 'goldBondBps'>,
): TaskCost {
  const feePerSlot = (rewardPerSlot * BigInt(feeBps)) / BPS
  const least = kind === 'hidden-gold' ? (rewardPerSlot * BigInt(slots) * BigInt(goldBondBps) + BPS - 1n) / BPS : 0n
  return { feePerSlot, deposit: (rewardPerSlot + feePerSlot) * BigInt(slots), bond: bond ?? least }
}

/** What was read of a task file, in words, before anything is sent. */
export function understood(
  task: TaskFile,
  {
    rules,
    settlement,
    now,
    cost,
    amount,
  }: {
    readonly rules: Rules | undefined
    readonly settlement: SettlementParameters | Extract<TaskFile, { work: 'statement' }>['settlement'] | undefined
    /** Time of the chain, for durations. */
    readonly now: bigint
    readonly cost: TaskCost
    readonly amount: AmountText
  },
): string {
  const { slots, rewardPerSlot, stakePerSlot, gate } = task
  const { feePerSlot, deposit, bond } = cost
  return list({
    task: task.title,
    settlement: settlement?.kind ?? 'consensus',
    ...(rules ? { rules: describeRules(rules).join(' ') } : {}),
    ...('classes' in task && task.classes.length > 0 ? { classes: classWords(task.classes, rules) } : {}),
    ...(gate && !isAddressEqual(gate.gate, zeroAddress) ? { 'who may join': `whom the gate ${gate.gate} admits` } : {}),
    ...deadlines(task, settlement, now),
    pays: `${amount(rewardPerSlot)} to each of ${slots} ${slots === 1 ? 'worker' : 'workers'}, and a fee of ${amount(feePerSlot)} each`,
    ...(stakePerSlot ? { 'each worker stakes': amount(stakePerSlot) } : {}),
    ...(bond > 0n ? { 'you lock': `${amount(bond)} of your free stake as a bond` } : {}),
    'total cost': `${amount(deposit)} into escrow now, and gas; what nobody earns comes back`,
  })
}

function classWords(classes: readonly string[], rules: Rules | undefined): string {
  const names = rules?.kind === 'set' ? classes : classes.map((name, number) => `${number} ${name}`)
  return names.join(', ')
}

function deadlines(
  task: TaskFile,
  settlement: SettlementParameters | Extract<TaskFile, { work: 'statement' }>['settlement'] | undefined,
  now: bigint,
): Record<string, string> {
  const at = (deadline: bigint) => time(deadline, Number(now))
  if (task.work === 'consensus') {
    const { join, commit, deliver, settle } = task.terms.windows
    const windows = { join, 'then commit': commit, 'then deliver': deliver, 'then settle': settle }
    return Object.fromEntries(
      Object.entries(windows).map(([name, seconds]) => [name, `for ${duration(Number(seconds))}`]),
    )
  }
  const named = Object.entries(settlement ?? {}).filter(
    (entry): entry is [string, bigint] => entry[0].endsWith('By') && typeof entry[1] === 'bigint',
  )
  return Object.fromEntries([
    ['join by', at(task.joinBy)],
    ...named.map(([name, deadline]) => [name.replace('By', ' by'), at(deadline)]),
  ])
}
