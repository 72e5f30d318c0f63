import { describe, expect, test } from 'vitest'
import { people, type Step } from '../support/protocol.js'
import { logTests, neverEmitted, ofProvenRun, unseenEvents } from './log.js'
import { alice, bob, carol, eventOf, heir, requester, rowOf, scenario } from './rows.js'

describe('audit log', () => {
  logTests()

  test('says which account an event is about', () => {
    const { open, hidden, datasets } = scenario
    const accountOf = (step: Step, name: string) => rowOf('audit_event', { id: eventOf(step, name) }).account
    const proof = open.proved[0]?.step as Step
    expect(accountOf(open.created, 'TaskCreated')).toBe(requester)
    expect(accountOf(open.created, 'OpenGoldTermsSet')).toBe(requester)
    expect(accountOf(hidden.created, 'HiddenGoldTermsSet')).toBe(requester)
    expect(accountOf(open.joined[0] as Step, 'SlotJoined')).toBe(alice)
    expect(accountOf(open.wrapped, 'ContentKeyWrapped')).toBe(alice)
    expect(accountOf(open.committed[1] as Step, 'LabelsCommitted')).toBe(bob)
    expect(accountOf(open.opened, 'GoldOpened')).toBe(requester)
    expect(accountOf(proof, 'ReceiptIssued')).toBe(alice)
    expect(accountOf(proof, 'LabelsDelivered')).toBe(alice)
    expect(accountOf(proof, 'SlotPaid')).toBe(alice)
    expect(accountOf(hidden.submitted[1]?.step as Step, 'ReceiptIssued')).toBe(bob)
    expect(accountOf(hidden.submitted[1]?.step as Step, 'LabelsDelivered')).toBe(bob)
    expect(accountOf(hidden.scored[1]?.step as Step, 'SlotScored')).toBe(bob)
    expect(accountOf(open.settled, 'SlotReturned')).toBe(requester)
    expect(accountOf(open.emptied, 'UnfilledReturned')).toBe(requester)
    expect(accountOf(open.emptied, 'TaskCompleted')).toBe(requester)
    expect(accountOf(scenario.cancelled.cancellation, 'TaskCancelled')).toBe(requester)
    expect(accountOf(open.settled, 'Credited')).toBe(requester)
    expect(accountOf(hidden.withdrawn, 'Withdrawn')).toBe(carol)
    expect(accountOf(datasets.accepted, 'DatasetTransferred')).toBe(heir)
    expect(accountOf(scenario.frozen, 'KeyFrozen')).toBe(people.guardian.address.toLowerCase())
  })

  test('keeps what a batch passed over, with its reason', () => {
    const { open, hidden } = scenario
    const argsOf = (step: Step, name: string, nth = 0) => rowOf('audit_event', { id: eventOf(step, name, nth) }).args
    const { taskId } = open
    expect(argsOf(open.refused, 'SubmissionRefused')).toEqual({ taskId, slot: 2, reason: 0 })
    expect(argsOf(open.refused, 'SubmissionRefused', 1)).toEqual({ taskId, slot: 0, reason: 2 })
    expect(argsOf(open.settled, 'SlotPassedOver')).toEqual({ taskId, slot: 0, state: 2 })
    expect(argsOf(hidden.refused, 'SubmissionRefused')).toEqual({ taskId: hidden.taskId, slot: 1, reason: 4 })
  })

  test('has seen every event the contracts can emit, but for those of the other run', () => {
    expect(unseenEvents()).toEqual([...neverEmitted, ...ofProvenRun].sort())
  })
})
