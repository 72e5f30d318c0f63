import { filterEvents, findEvent } from '../../../events/decode.js'
import { type bondStates, gradingCurves, slotEndings } from '../../../states.js'
import type { Slot } from '../../types.js'
import { readLogs } from '../logs.js'
import type { GradingTerms } from '../terms.js'
import type { Report, Standing } from './checks.js'

const BPS = 10_000n

/** Everything that was put in went out or is still there, and so did the bond. */
export function checkEscrow({ task, events }: Standing, report: Report): void {
  const perSlot = task.rewardPerSlot + task.feePerSlot
  const paid = filterEvents(events, 'SlotPaid').map(({ args }) => args.reward + args.fee + args.returned)
  const returned = filterEvents(events, 'SlotReturned').map(({ args }) => args.amount)
  const unfilled = filterEvents(events, 'UnfilledReturned').map(({ args }) => args.amount)
  const out = [...paid, ...returned, ...unfilled].reduce((sum, amount) => sum + amount, 0n)
  const over = paid.length + returned.length === task.joined && (task.unfilledReturned || task.joined === task.slots)
  report.same(
    'escrow',
    task.escrow === 0n ? 'all of it was paid out or returned' : 'what was not paid out is still held',
    [
      ['deposit and what left it or is held', perSlot * BigInt(task.slots), out + task.escrow],
      ['slots ended', paid.length + returned.length, task.ended],
      ['unfilled slots returned', unfilled.length === 1, task.unfilledReturned],
      ['completed', findEvent(events, 'TaskCompleted') !== undefined, over],
    ],
  )

  if (task.bond === 0n) return
  const [released, burned] = [findEvent(events, 'BondReleased'), findEvent(events, 'BondBurned')]
  const state = burned ? 'burned' : released ? 'released' : 'held'
  const text = {
    burned: 'was burned: an audit found the gold rigged',
    released: 'was released to the requester',
    held: 'is still held',
  }
  report.same('bond', text[state], [
    ['state', state, task.bondState satisfies (typeof bondStates)[number]],
    ['amount', (burned ?? released)?.args.amount ?? task.bond, task.bond],
  ])
}

/** What a slot got, against what its ending and the proven score entitle it to. */
export async function checkPayment(standing: Standing, slot: Slot, report: Report): Promise<void> {
  const { client, deployment, task, events } = standing
  const about = { slot: slot.slot }
  const paid = filterEvents(events, 'SlotPaid').filter(({ args }) => args.slot === slot.slot)
  const returned = filterEvents(events, 'SlotReturned').filter(({ args }) => args.slot === slot.slot)
  if (slot.state !== 'paid' && slot.state !== 'returned') {
    if (paid.length + returned.length > 0)
      report.failed('payment', 'an event ends it, and the registry has it open', about)
    else report.skipped('payment', 'not due yet', about)
    return
  }
  const [payment, refund] = [paid[0], returned[0]]
  if (paid.length + returned.length !== 1 || (slot.state === 'paid') !== (payment !== undefined)) {
    report.failed(
      'payment',
      `the registry says ${slot.state}; events: ${paid.length} payments, ${returned.length} returns`,
      about,
    )
    return
  }
  if (refund) {
    report.same(
      'payment',
      'reward and fee went back to the requester',
      [
        ['amount', refund.args.amount, task.rewardPerSlot + task.feePerSlot],
        ['to', refund.args.requester, task.requester],
        ['token', refund.args.token, task.token],
      ],
      about,
    )
    return
  }
  const share = shareOf(standing, slot)
  const [reward, fee] = [(task.rewardPerSlot * share) / BPS, (task.feePerSlot * share) / BPS]
  const relayed = filterEvents(events, 'RelayerPaid').filter(({ args }) => args.slot === slot.slot)
  const relayFee = slot.relayFee > reward / 2n ? reward / 2n : slot.relayFee
  const kept = reward - relayFee * BigInt(relayed.length)
  const { transactionHash, blockNumber, args } = payment!
  const credits = await readLogs(client, deployment, {
    contract: 'taskRegistry',
    eventName: 'Credited',
    args: { account: args.payout, token: task.token },
    fromBlock: blockNumber,
    toBlock: blockNumber,
  })
  // A batch credits one account once for each of its slots.
  const credited = credits.some((credit) => credit.transactionHash === transactionHash && credit.args.amount === kept)
  report.same(
    'payment',
    share === BPS
      ? 'the whole reward, to the payout address it joined with'
      : `${Number(share) / 100} % of the reward, to the payout address it joined with`,
    [
      ['reward', args.reward, reward],
      ['fee', args.fee, fee],
      ['returned to the requester', args.returned, task.rewardPerSlot - reward + task.feePerSlot - fee],
      ['token', args.token, task.token],
      ['payout', args.payout, slot.payout],
      ['relayers', relayed.every(({ args }) => args.amount === relayFee), true],
      ['credited', credited, true],
    ],
    about,
  )
}

/** Share of the reward in basis points: by the score only where a score was proven and the task grades by it. */
function shareOf({ task }: Standing, { ending, scoreBps }: Slot): bigint {
  if (ending !== slotEndings[1] || !('grading' in task.terms)) return BPS
  const { curve, steps }: GradingTerms = task.terms.grading
  switch (gradingCurves[curve]) {
    case 'linear':
      return BigInt(scoreBps)
    case 'table':
      return BigInt(steps.filter(({ fromBps }) => fromBps <= scoreBps).at(-1)?.shareBps ?? 0)
    default:
      return BPS
  }
}
