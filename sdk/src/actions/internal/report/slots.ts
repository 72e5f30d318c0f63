import { filterEvents } from '../../../events/decode.js'
import type { ReleaseManifest } from '../../../proving/types.js'
import { type Ruling, rulings, type SlotEnding, slotEndings } from '../../../states.js'
import type { Slot } from '../../types.js'
import { signalsHash } from '../statement.js'
import type { Report, Standing } from './checks.js'
import { checkPayment } from './money.js'
import { checkGrounds, checkReceipts } from './proofs.js'
import { checkScore } from './scores.js'

/** Everything about one slot: who holds it, what it handed in, what is proven, and what it got. */
export async function checkSlot(
  standing: Standing,
  slot: Slot,
  report: Report,
  manifest: ReleaseManifest | null | undefined,
): Promise<void> {
  checkStanding(standing, slot, report)
  if (standing.task.kind === 'optimistic') checkClaim(standing, slot, report)
  else if (standing.task.kind !== 'direct') checkCommitment(standing, slot, report)
  const receipts = filterEvents(standing.events, 'ReceiptIssued').filter(({ args }) => args.slot === slot.slot)
  checkGrounds(standing, slot, report, await checkReceipts(standing, receipts, report, manifest))
  checkScore(standing, slot, report)
  checkDispute(standing, slot, report)
  await checkPayment(standing, slot, report)
}

function checkStanding({ events }: Standing, taken: Slot, report: Report): void {
  const { slot, state, ending } = taken
  const last = <event extends { readonly args: { readonly slot: number } }>(list: readonly event[]) =>
    list.findLast(({ args }) => args.slot === slot)
  const joined = last(filterEvents(events, 'SlotJoined'))
  const ended = last(filterEvents(events, 'SlotPaid')) ?? last(filterEvents(events, 'SlotReturned'))
  if (!joined) {
    report.failed('slot', 'the node has no event of its joining, and the registry has it taken', { slot })
    return
  }
  const told = ended === undefined ? 'joined' : ended.eventName === 'SlotPaid' ? 'paid' : 'returned'
  report.same(
    'slot',
    `${state}${endingTexts[ending]}, held by ${taken.worker}: events and registry agree`,
    [
      ['worker', joined.args.worker, taken.worker],
      ['payout', joined.args.payout, taken.payout],
      ['relay fee', joined.args.relayFee, taken.relayFee],
      ['state', told, state],
      ['ending', slotEndings[ended?.args.ending ?? 0], ending],
      ['score', ended?.args.scoreBps ?? 0, taken.scoreBps],
    ],
    { slot },
  )
}

const endingTexts: { readonly [ending in SlotEnding]: string } = {
  none: '',
  proven: ' by proof',
  silent: ' because the other side was silent',
  rejected: ' by a proof that it does not pass',
  missed: ' because it missed a deadline',
  left: ' because its worker left',
  lapsed: ' because a key was frozen, or nobody is at fault',
  disputed: ' because it lost a dispute',
  redressed: ' because an audit found the gold rigged',
}

/** The labels it handed in are, wherever they are named, the same. */
function checkCommitment({ events }: Standing, { slot, commitment }: Slot, report: Report): void {
  const own = ({ args }: { readonly args: { readonly slot: number } }) => args.slot === slot
  const committed = filterEvents(events, 'LabelsCommitted').find(own)
  const delivered = filterEvents(events, 'LabelsDelivered').find(own)
  if (commitment === 0n && !committed && !delivered) {
    report.skipped('commitment', 'it handed nothing in', { slot })
    return
  }
  report.same(
    'commitment',
    delivered ? 'the labels that were delivered are those committed to' : 'labels were committed to and not delivered',
    [
      ...(committed ? [['committed', committed.args.commitment, commitment] as const] : []),
      ...(delivered ? [['delivered', delivered.args.commitment, commitment] as const] : []),
      ['an event names it', committed !== undefined || delivered !== undefined, true],
    ],
    { slot },
  )
}

function checkClaim({ events }: Standing, { slot, claim }: Slot, report: Report): void {
  const claimed = filterEvents(events, 'StatementClaimed').find(({ args }) => args.slot === slot)
  if (!claimed && !claim) {
    report.skipped('commitment', 'it claimed nothing', { slot })
    return
  }
  report.same(
    'commitment',
    'the claimed signals hash to the claim that the settlement keeps',
    [['signals hash', claimed && signalsHash(claimed.args.publicSignals), claim?.signalsHash]],
    { slot },
  )
}

/** Disputes and what came of them. */
function checkDispute({ events, task }: Standing, { slot, dispute, ending }: Slot, report: Report): void {
  const own = ({ args }: { readonly args: { readonly slot: number } }) => args.slot === slot
  const opened = filterEvents(events, 'DisputeOpened').filter(own)
  const closed = filterEvents(events, 'DisputeClosed').filter(own)
  const latest = opened.at(-1)?.args
  if (dispute) {
    report.same(
      'dispute',
      `open: ${dispute.challenger} doubts it`,
      [
        ['challenger', latest?.challenger, dispute.challenger],
        ['bond', latest?.bond, dispute.bond],
        ['disputes before it, opened and decided', opened.length - 1, closed.length],
      ],
      { slot },
    )
    report.leaveOpen(
      task.kind === 'hidden-gold'
        ? `Slot ${slot}: whether it was rejected rightly. It asked for an audit of the gold, which is not decided.`
        : `Slot ${slot}: whether its claim is true. It is disputed, and the dispute is not decided.`,
    )
  } else if (opened.length > 0 || closed.length > 0) {
    const ruling = rulings[closed.at(-1)?.args.ruling ?? 0] ?? 'void'
    report.same(
      'dispute',
      (task.kind === 'hidden-gold' ? auditTexts : rulingTexts)[ruling],
      [
        ['disputes opened and decided', opened.length, closed.length],
        ['challenger', latest?.challenger, closed.at(-1)?.args.challenger],
        // A worker who doubts the gold wins when it is right, and is redressed too when another one was; one that claims loses.
        task.kind === 'hidden-gold'
          ? ['the slot was redressed', ruling === 'upheld' || ending === 'redressed', ending === 'redressed']
          : ['the slot lost', ruling === 'upheld', ending === 'disputed'],
      ],
      { slot },
    )
  }
}

const auditTexts: { readonly [ruling in Ruling]: string } = {
  void: 'void: its audit of the gold was not decided either way',
  upheld: 'upheld: the gold was rigged, and it is redressed',
  dismissed: 'dismissed: the gold stands, and it lost the bond of its audit',
}

const rulingTexts: { readonly [ruling in Ruling]: string } = {
  void: 'void: nobody could prove any more',
  upheld: 'upheld: the claim was not proven in time, and its worker lost',
  dismissed: 'dismissed: the claim was proven, and the challenger lost its bond',
}
