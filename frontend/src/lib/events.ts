import type { Tone } from '../components/Badge'
import { accountUrl, keyUrl, submissionUrl, WHOLE_TASK } from '../url'
import { formatAmount, formatInteger, formatTime, plural } from './format'

/** What an event of the audit log says, in words, with the ids worth showing beside it. */
export type EventWords = {
  title: string
  tone: Tone
  text: string
  refs: readonly { label: string; value: string; to?: string }[]
}

export type EventLike = { name: string; args: Readonly<Record<string, unknown>> }

/** A value of the event's arguments as text; the log is JSON, so nothing about its shape is assumed. */
function text(args: EventLike['args'], name: string): string {
  const value = args[name]
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** How many items a mask names; masks come as decimals. */
function bitsIn(args: EventLike['args'], name: string): number {
  return BigInt(text(args, name)).toString(2).replaceAll('0', '').length
}

function nested(args: EventLike['args'], ...path: string[]): unknown {
  let value: unknown = args
  for (const step of path) value = (value as Record<string, unknown> | undefined | null)?.[step]
  return value
}

const isWholeTask = (args: EventLike['args']) => args.slot === WHOLE_TASK
const slotOf = (args: EventLike['args']) => `Slot ${text(args, 'slot')}`
const amount = (args: EventLike['args'], field: string) => formatAmount(text(args, field) || '0', text(args, 'token'))
const account = (label: string, address: string) => ({ label, value: address, to: accountUrl(address) })
const commitment = (args: EventLike['args']) => ({ label: 'commitment', value: text(args, 'commitment') })

/** Why a batch went on without a submission, in the contracts' order. */
const REFUSALS = [
  'The slot has not committed to any labels.',
  'The slot had ended already.',
  'The proof does not hold. The slot can still be proven.',
  'The labels had been delivered already.',
  'The slot had been rejected already.',
]
/** The state a slot was left in, in the contract's order. */
const PASSED_OVER = [
  'Nobody took it.',
  'Its outcome is not decided yet.',
  'It had been paid already.',
  'It had gone back already.',
]

/** Why a slot went back, in the contract's order. */
const RETURNS: Readonly<Record<number, string>> = {
  3: 'A proof showed too little agreement.',
  4: 'A deadline passed.',
  5: 'Its worker left.',
  6: 'Nobody is at fault.',
  7: 'It lost a dispute.',
}
/** How a dispute or audit was decided, in the contract's order. */
const RULINGS = [
  'Void: nobody was shown to be right.',
  'Upheld: the challenger was right.',
  'Dismissed: the challenger was wrong and pays its bond.',
]

const votesOf = (args: EventLike['args']) =>
  `${formatInteger(text(args, 'support') || '0')} of ${formatInteger(text(args, 'possible') || '0')} votes agree`

type Describe = (args: EventLike['args']) => Partial<EventWords> & { title: string }

const describers: Readonly<Record<string, Describe>> = {
  TaskCreated: (args) => ({
    title: 'Task created',
    tone: 'busy',
    text: `${plural(Number(text(args, 'slots')), 'slot')} of ${amount(args, 'rewardPerSlot')} each, joined until ${formatTime(Number(text(args, 'joinBy')))}.`,
    refs: [account('requester', text(args, 'requester'))],
  }),
  TaskSecured: (args) => ({
    title: 'Stakes and gate fixed',
    text: `Made under version ${text(args, 'parametersVersion')} of the protocol parameters; terms ${text(args, 'termsHash')}.`,
  }),
  ConsensusTermsSet: () => ({ title: 'Terms fixed', text: 'Rules, keys and rounds of the consensus settlement.' }),
  DirectTermsSet: () => ({ title: 'Terms fixed', text: 'The statement that a worker has to prove.' }),
  OptimisticTermsSet: () => ({ title: 'Terms fixed', text: 'The statement that a worker may claim.' }),
  StakedGateTermsSet: () => ({ title: 'Gate fixed', text: 'Workers need a stake to join.' }),
  AllowListTermsSet: () => ({ title: 'Gate fixed', text: 'Workers must be on a list.' }),
  SemaphoreGateTermsSet: () => ({ title: 'Gate fixed', text: 'Workers prove that they belong to a group.' }),
  WorldIdGateTermsSet: () => ({ title: 'Gate fixed', text: 'Workers prove that they are unique people.' }),
  ReputationGateTermsSet: () => ({ title: 'Gate fixed', text: 'Workers prove accepted work without naming it.' }),
  OpenGoldTermsSet: () => ({ title: 'Terms fixed', text: 'Rules, keys and deadlines of the open-gold settlement.' }),
  HiddenGoldTermsSet: () => ({
    title: 'Terms fixed',
    text: 'Rules, keys and deadlines of the hidden-gold settlement.',
  }),
  SlotJoined: (args) => ({
    title: `${slotOf(args)} taken`,
    tone: 'busy',
    refs: [account('worker', text(args, 'worker'))],
  }),
  ContentKeyWrapped: (args) => ({
    title: `${slotOf(args)} got the items`,
    text: 'The content key was wrapped to the worker, who alone can open it.',
  }),
  LabelsCommitted: (args) => ({
    title: `${slotOf(args)} committed`,
    tone: 'busy',
    text: 'The labels are fixed, and nobody can see them.',
    refs: [commitment(args)],
  }),
  GoldOpened: () => ({
    title: 'Gold opened',
    tone: 'wait',
    text: 'The gold answers are public and match the commitment made at creation.',
  }),
  LabelsDelivered: (args) => {
    const words = nested(args, 'ciphertext')
    return {
      title: `${slotOf(args)} delivered`,
      tone: 'wait',
      text: `${plural(Array.isArray(words) ? words.length : 0, 'encrypted word')} for the requester.`,
      refs: [commitment(args)],
    }
  },
  ReceiptIssued: (args) => ({
    title: isWholeTask(args)
      ? 'Proof about the whole task verified on-chain'
      : `Proof of slot ${text(args, 'slot')} verified on-chain`,
    tone: 'good',
    refs: [
      {
        label: 'receipt',
        value: text(args, 'receiptId'),
        to: submissionUrl(text(args, 'taskId'), Number(text(args, 'slot'))),
      },
      { label: 'key', value: text(args, 'keyId'), to: keyUrl(text(args, 'keyId')) },
    ],
  }),
  SlotScored: (args) => {
    const passed = nested(args, 'passed') === true
    return {
      title: `${slotOf(args)} scored: ${passed ? 'passed' : 'rejected for now'}`,
      tone: passed ? 'good' : 'bad',
      text: `${text(args, 'agreements')} of ${text(args, 'goldCount')} gold items agree, proven without showing the gold.${passed ? '' : ' An audit of the gold may overturn it.'}`,
    }
  },
  SlotPaid: (args) => ({
    title: `${slotOf(args)} paid`,
    tone: 'good',
    text: `${amount(args, 'reward')}, and a protocol fee of ${amount(args, 'fee')}.${/[1-9]/.test(text(args, 'returned')) ? ` ${amount(args, 'returned')} went back: the score earned a part.` : ''}`,
    refs: [account('payout', text(args, 'payout'))],
  }),
  SlotReturned: (args) => ({
    title: `${slotOf(args)} returned to the requester`,
    tone: 'bad',
    text: `${RETURNS[Number(text(args, 'ending') || Number.NaN)] ?? ''} ${amount(args, 'amount')} went back.`.trim(),
  }),
  RelayerPaid: (args) => ({
    title: `Relayer of slot ${text(args, 'slot')} paid`,
    text: `${amount(args, 'amount')}, out of the reward.`,
    refs: [account('relayer', text(args, 'relayer'))],
  }),
  DisputeOpened: (args) => ({
    title: `${slotOf(args)} disputed`,
    tone: 'bad',
    text: `The challenger has locked ${amount(args, 'bond')}.`,
    refs: [account('challenger', text(args, 'challenger'))],
  }),
  DisputeClosed: (args) => ({
    title: `Dispute of slot ${text(args, 'slot')} decided`,
    tone: 'wait',
    text: RULINGS[Number(text(args, 'ruling') || Number.NaN)] ?? '',
    refs: [account('challenger', text(args, 'challenger'))],
  }),
  BondReleased: (args) => ({ title: "The requester's bond is free again", tone: 'good', text: amount(args, 'amount') }),
  BondBurned: (args) => ({
    title: 'The requester lost its bond',
    tone: 'bad',
    text: `${amount(args, 'amount')} burned: nobody gets it.`,
  }),
  StakeLocked: (args) => ({
    title: 'Stake locked',
    text: amount(args, 'amount'),
    refs: [account('account', text(args, 'account'))],
  }),
  StakeReleased: (args) => ({
    title: 'Stake free again',
    tone: 'good',
    text: amount(args, 'amount'),
    refs: [account('account', text(args, 'account'))],
  }),
  StakeSlashed: (args) => ({
    title: 'Stake slashed',
    tone: 'bad',
    text: amount(args, 'amount'),
    refs: [account('from', text(args, 'account')), account('to', text(args, 'beneficiary'))],
  }),
  StakeBurned: (args) => ({
    title: 'Stake burned',
    tone: 'bad',
    text: `${amount(args, 'amount')}, which nobody gets.`,
    refs: [account('from', text(args, 'account'))],
  }),
  GoldAuditOpened: (args) => ({
    title: `${slotOf(args)} asked for a gold audit`,
    tone: 'bad',
    text: `The requester must prove what ${plural(Number(text(args, 'panelSize')), 'slot')} answered until ${formatTime(Number(text(args, 'answerBy')))}.`,
    refs: [account('challenger', text(args, 'challenger'))],
  }),
  PanelRescheduled: (args) => ({
    title: `Panel of the audit of slot ${text(args, 'slot')} comes from block ${text(args, 'beaconBlock')}`,
    text: 'The hash of the block picked before is lost.',
  }),
  PanelDrawn: (args) => {
    const panel = nested(args, 'panel')
    return {
      title: `Panel of the audit of slot ${text(args, 'slot')} drawn`,
      text: `${plural(Array.isArray(panel) ? panel.length : 0, 'slot')} to be proven.`,
    }
  },
  SlotAudited: (args) => ({
    title: `Slot ${text(args, 'member')} answered the audit of slot ${text(args, 'slot')}`,
    text: `${plural(bitsIn(args, 'withGold'), 'answer')} with the gold, ${bitsIn(args, 'withChallenger')} with the challenger, proven without showing the gold.`,
  }),
  GoldAuditClosed: (args) => ({
    title: `Gold audit of slot ${text(args, 'slot')} decided`,
    tone: 'wait',
    text: RULINGS[Number(text(args, 'ruling') || Number.NaN)] ?? '',
  }),
  GoldOverturned: (args) => ({
    title: `${plural(bitsIn(args, 'overturned'), 'gold item')} overturned`,
    tone: 'bad',
    text: 'Every rejected slot that passes with these is paid in full, and the requester has lost its bond.',
  }),
  StatementClaimed: (args) => ({
    title: `${slotOf(args)} claimed`,
    tone: 'wait',
    text: `Paid unless somebody disputes it until ${formatTime(Number(text(args, 'challengeBy')))}.`,
    refs: [account('worker', text(args, 'worker'))],
  }),
  BeaconScheduled: (args) => ({
    title: `Beacon of round ${Number(text(args, 'round')) + 1} comes from block ${text(args, 'blockNumber')}`,
  }),
  BeaconDrawn: (args) => ({ title: `Beacon of round ${Number(text(args, 'round')) + 1} drawn` }),
  SeedRevealed: (args) => ({
    title: `Items of round ${Number(text(args, 'round')) + 1} drawn`,
    text: 'The seed that says who labels what is public.',
  }),
  CountsAdded: (args) => {
    const slots = nested(args, 'slots')
    return {
      title: 'Votes counted',
      tone: 'busy',
      text: `${plural(Array.isArray(slots) ? slots.length : 0, 'slot')} added to the committed counts.`,
    }
  },
  RoundOpened: (args) => ({
    title: `Round ${Number(text(args, 'round')) + 1} opened`,
    tone: 'wait',
    text: `Too few agree: ${votesOf(args)}. Up to ${plural(Number(text(args, 'slotLimit')), 'slot')} may be taken.`,
  }),
  ConsensusReached: (args) => ({
    title: 'Consensus proven',
    tone: 'good',
    text: `${votesOf(args)}. The labels are a dataset version.`,
    refs: [{ label: 'version', value: text(args, 'versionId') }],
  }),
  SlotAgreed: (args) => {
    const passed = nested(args, 'passed') === true
    return {
      title: `${slotOf(args)} ${passed ? 'agrees with the consensus' : 'agrees too little'}`,
      tone: passed ? 'good' : 'bad',
      text: `${text(args, 'agreements')} of ${text(args, 'assigned')} items agree, proven without showing a label.`,
    }
  },
  ReputationRecorded: (args) => ({
    title: `${slotOf(args)} added to a private reputation`,
    text: 'Its worker can prove it later without naming the slot.',
  }),
  ProposalCreated: (args) => ({
    title: 'Proposed',
    tone: 'busy',
    refs: [account('proposer', text(args, 'proposer'))],
  }),
  ProposalExtended: (args) => ({
    title: 'Voting goes on',
    tone: 'wait',
    text: `The quorum came late: votes are taken until ${formatTime(Number(text(args, 'extendedDeadline')))}.`,
  }),
  ProposalQueued: (args) => ({
    title: 'Queued in the timelock',
    tone: 'wait',
    text: `Can be executed from ${formatTime(Number(text(args, 'etaSeconds')))}.`,
  }),
  ProposalExecuted: () => ({ title: 'Executed', tone: 'good' }),
  ProposalCanceled: () => ({ title: 'Cancelled by its proposer', tone: 'bad' }),
  CallExecuted: (args) => ({ title: 'Call executed', refs: [account('target', text(args, 'target'))] }),
  Cancelled: () => ({ title: 'Cancelled in the timelock', tone: 'bad' }),
  SubmissionRefused: (args) => ({
    title: `${slotOf(args)} passed over by a batch`,
    tone: 'wait',
    text: REFUSALS[Number(text(args, 'reason') || Number.NaN)] ?? '',
  }),
  SlotPassedOver: (args) => ({
    title: `${slotOf(args)} left as it is by a batch`,
    text: PASSED_OVER[Number(text(args, 'state') || Number.NaN)] ?? '',
  }),
  UnfilledReturned: (args) => ({
    title: 'Unfilled slots returned',
    text: `${amount(args, 'amount')} for ${plural(Number(text(args, 'slots')), 'slot')} nobody took.`,
  }),
  TaskCancelled: () => ({ title: 'Task cancelled', tone: 'bad', text: 'Nobody had joined; the escrow went back.' }),
  TaskCompleted: () => ({
    title: 'Task completed',
    tone: 'good',
    text: 'Every slot has ended and nothing remains in escrow.',
  }),
  Credited: (args) => ({
    title: 'Credited to an account',
    tone: 'good',
    text: amount(args, 'amount'),
    refs: [account('account', text(args, 'account'))],
  }),
  Withdrawn: (args) => ({
    title: 'Paid out',
    tone: 'good',
    text: amount(args, 'amount'),
    refs: [account('account', text(args, 'account'))],
  }),
  WithdrawalRefused: (args) => ({
    title: 'Transfer refused by its recipient',
    tone: 'wait',
    text: `${amount(args, 'amount')} stays as a credit.`,
    refs: [account('account', text(args, 'account'))],
  }),
  KeyProposed: (args) => ({
    title: 'Key proposed',
    tone: 'wait',
    text: `Can be activated from ${formatTime(Number(text(args, 'activeAt')))}.`,
  }),
  KeyActivated: () => ({ title: 'Key activated', tone: 'good', text: 'New tasks may pin it.' }),
  KeyFrozen: (args) => ({
    title: 'Key frozen for ever',
    tone: 'bad',
    text: [nested(args, 'advisory', 'id'), text(args, 'reason') || 'No reason was given.'].filter(Boolean).join(': '),
    refs: [account('frozen by', text(args, 'by'))],
  }),
  DatasetRegistered: (args) => ({
    title: 'Dataset registered',
    tone: 'busy',
    text: text(args, 'name'),
    refs: [account('owner', text(args, 'owner'))],
  }),
  DatasetVersionPublished: (args) => ({ title: `Version ${text(args, 'number')} published`, tone: 'good' }),
  DatasetTransferStarted: (args) => ({
    title: 'Handover started',
    tone: 'wait',
    refs: [account('to', text(args, 'pendingOwner'))],
  }),
  DatasetTransferred: (args) => ({ title: 'Handed over', refs: [account('to', text(args, 'current'))] }),
  ModelRegistered: (args) => ({
    title: 'Model registered',
    tone: 'busy',
    text: text(args, 'name'),
    refs: [account('owner', text(args, 'owner'))],
  }),
  ModelVersionPublished: (args) => ({ title: `Version ${text(args, 'number')} published`, tone: 'good' }),
  ModelTransferStarted: (args) => ({
    title: 'Handover started',
    tone: 'wait',
    refs: [account('to', text(args, 'pendingOwner'))],
  }),
  ModelTransferred: (args) => ({ title: 'Handed over', refs: [account('to', text(args, 'current'))] }),
}

/** Describes an event; one this page does not know is shown by its name. */
export function describeEvent({ name, args }: EventLike): EventWords {
  const words: Partial<EventWords> = (Object.hasOwn(describers, name) ? describers[name] : undefined)?.(args) ?? {}
  const refs = (words.refs ?? []).filter(({ value }) => value !== '')
  return { title: words.title ?? name, tone: words.tone ?? 'idle', text: words.text ?? '', refs }
}

/** Consecutive events of one transaction belong together: they happened at once or not at all. */
export function groupByTransaction<Event extends { transactionHash: string }>(events: readonly Event[]): Event[][] {
  const groups: Event[][] = []
  for (const event of events) {
    const last = groups.at(-1)
    if (last?.[0]?.transactionHash === event.transactionHash) last.push(event)
    else groups.push([event])
  }
  return groups
}
