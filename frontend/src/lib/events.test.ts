import * as abis from '@veritask/sdk/abi'
import { expect, test } from 'vitest'
import { describeEvent, groupByTransaction } from './events'

const NATIVE = `0x${'0'.repeat(40)}`
const ACCOUNT = `0x${'ab'.repeat(20)}`

const eventNames = [
  ...new Set(
    Object.values(abis).flatMap((abi) => abi.flatMap((entry) => (entry.type === 'event' ? [entry.name] : []))),
  ),
]

/** What no timeline shows: rows of lists of their own say it, of parameters, stakes, votes, voters and roles. */
const ELSEWHERE = [
  ...['GuardianChanged', 'OwnershipTransferred', 'GateAllowed', 'ParametersChanged', 'SettlementAllowed'],
  ...['TokenPolicyChanged', 'StakeDeposited', 'StakeWithdrawn', 'UnbondingStarted', 'CallSalt', 'CallScheduled'],
  ...['MinDelayChange', 'RoleAdminChanged', 'RoleGranted', 'RoleRevoked', 'EIP712DomainChanged'],
  ...['LateQuorumVoteExtensionSet', 'ProposalThresholdSet', 'QuorumNumeratorUpdated', 'TimelockChange', 'VoteCast'],
  ...['VoteCastWithParams', 'VotingDelaySet', 'VotingPeriodSet', 'Approval', 'DelegateChanged'],
  ...['DelegateVotesChanged', 'Transfer'],
]

test.each(eventNames.filter((name) => !ELSEWHERE.includes(name)))('%s has words of its own', (name) => {
  expect(describeEvent({ name, args: {} }).title).not.toBe(name)
})

test('a payment names its amounts and its payout', () => {
  const words = describeEvent({
    name: 'SlotPaid',
    args: { slot: 3, payout: ACCOUNT, token: NATIVE, reward: '10000000000000000', fee: '200000000000000' },
  })
  expect(words).toEqual({
    title: 'Slot 3 paid',
    tone: 'good',
    text: '0.01 ETH, and a protocol fee of 0.0002 ETH.',
    refs: [{ label: 'payout', value: ACCOUNT, to: `/accounts/${ACCOUNT}` }],
  })
})

test('a score says whether it passed', () => {
  const args = { slot: 1, agreements: '7', goldCount: '16' }
  expect(describeEvent({ name: 'SlotScored', args: { ...args, passed: false } })).toMatchObject({
    title: 'Slot 1 scored: rejected for now',
    tone: 'bad',
  })
  expect(describeEvent({ name: 'SlotScored', args: { ...args, passed: true } }).tone).toBe('good')
})

test('a batch says why it passed a slot over', () => {
  const words = (name: string, args: Record<string, unknown>) => describeEvent({ name, args: { slot: 2, ...args } })
  expect(words('SubmissionRefused', { reason: 2 })).toMatchObject({
    title: 'Slot 2 passed over by a batch',
    text: 'The proof does not hold. The slot can still be proven.',
  })
  expect(words('SubmissionRefused', { reason: 0 }).text).toBe('The slot has not committed to any labels.')
  expect(words('SlotPassedOver', { state: 1 }).text).toBe('Its outcome is not decided yet.')
  for (const strange of [9, '__proto__', null]) expect(words('SubmissionRefused', { reason: strange }).text).toBe('')
})

test('an unknown event is shown by its name, even one named like a built-in', () => {
  expect(describeEvent({ name: 'SomethingNew', args: {} })).toEqual({
    title: 'SomethingNew',
    tone: 'idle',
    text: '',
    refs: [],
  })
  expect(describeEvent({ name: 'constructor', args: {} }).title).toBe('constructor')
})

test('arguments of an unexpected shape do not break the page', () => {
  const args = { slot: { a: 1 }, reward: null, token: [], ciphertext: 'x', receiptId: 7 }
  for (const name of eventNames) expect(() => describeEvent({ name, args })).not.toThrow()
})

test('events of one transaction stay together, in order', () => {
  const events = ['a', 'a', 'b', 'a'].map((transactionHash, id) => ({ transactionHash, id }))
  expect(groupByTransaction(events).map((group) => group.map(({ id }) => id))).toEqual([[0, 1], [2], [3]])
})

test('a proof about the whole task names no slot and leads to its own page', () => {
  const taskId = `0x${'12'.repeat(32)}`
  const args = { taskId, slot: 2 ** 32 - 1, receiptId: '0x34', keyId: '0x56' }
  const { title, refs } = describeEvent({ name: 'ReceiptIssued', args })
  expect(title).toBe('Proof about the whole task verified on-chain')
  expect(refs[0]?.to).toBe(`/tasks/${taskId}/proofs`)
})
