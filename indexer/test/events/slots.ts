import { type Hex, pad } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Step } from '../support/protocol.js'
import { fee, reward, words, x25519Key } from '../support/scenario.js'
import { alice, bob, carol, eventOf, place, rowOf, scenario, tables, text, time, when } from './rows.js'

describe('slots', () => {
  const empty = {
    wrapped_key: null,
    first_wrapped_at: null,
    ...when('key_wrapped', null),
    commitment: null,
    ...when('committed', null),
    relayer: null,
    relay_fee: '0',
    weight: null,
    tallied: false,
    signals: null,
    ...when('claimed', null),
    challenge_by: null,
    open_dispute: null,
    assigned: null,
    ending: null,
    score_bps: null,
    relayed: '0',
    ephemeral_key_x: null,
    ephemeral_key_y: null,
    ciphertext: null,
    ...when('delivered', null),
    agreements: null,
    gold_count: null,
    passed: null,
    ...when('scored', null),
    reward: null,
    fee: null,
    returned_amount: null,
  }
  const joined = (taskId: Hex, number: number, worker: Hex, payout: Hex, seed: number, step: Step | undefined) => {
    if (!step) throw new Error('nobody joined')
    return {
      task_id: taskId,
      number,
      worker,
      payout,
      encryption_key: x25519Key(seed),
      nullifier: pad(worker),
      ...when('joined', step),
      event_id: eventOf(step, 'SlotJoined'),
    }
  }
  const ended = (step: Step) => ({ ...when('ended', step), updated_at: time(step) })

  test('paid by proof against opened gold', () => {
    const { open, contracts } = scenario
    const [first, second] = open.proved.map((proved) => proved.step) as [Step, Step]
    // The proof shows that the threshold is reached, and no more.
    const end = { ending: 'proven', score_bps: 5_000, returned_amount: '0' }
    const paid = {
      reward: text(reward),
      fee: text(fee),
      ephemeral_key_x: '5',
      ephemeral_key_y: '6',
      state: 'paid',
      ...end,
    }
    expect(rowOf('slot', { task_id: open.taskId, number: 0 })).toEqual({
      ...empty,
      ...paid,
      ...joined(open.taskId, 0, alice, alice, 11, open.joined[0]),
      wrapped_key: '0xaa',
      first_wrapped_at: time(open.wrapped),
      ...when('key_wrapped', open.wrapped),
      commitment: '11',
      ...when('committed', open.committed[0] ?? null),
      ciphertext: words(11).map(text),
      ...when('delivered', first),
      ...ended(first),
    })
    expect(rowOf('slot', { task_id: open.taskId, number: 1 })).toEqual({
      ...empty,
      ...paid,
      ...joined(open.taskId, 1, bob, contracts.datasetRegistry, 12, open.joined[1]),
      wrapped_key: '0xb0b0',
      first_wrapped_at: time(open.wrapped),
      ...when('key_wrapped', open.rewrapped),
      commitment: '12',
      ...when('committed', open.committed[1] ?? null),
      ciphertext: words(12).map(text),
      ...when('delivered', second),
      ...ended(second),
    })
  })

  test('returned because nothing was committed', () => {
    const { open } = scenario
    expect(rowOf('slot', { task_id: open.taskId, number: 2 })).toEqual({
      ...empty,
      ...joined(open.taskId, 2, carol, carol, 13, open.joined[2]),
      wrapped_key: '0xcc',
      first_wrapped_at: time(open.wrapped),
      ...when('key_wrapped', open.wrapped),
      state: 'returned',
      ending: 'missed',
      score_bps: 0,
      returned_amount: text(reward + fee),
      ...ended(open.settled),
    })
  })

  test('scored and paid, scored and rejected in the end, paid by silence', () => {
    const { hidden } = scenario
    const submitted = hidden.submitted.map(({ step }) => step) as [Step, Step, Step]
    const [passed, failed] = hidden.scored.map(({ step }) => step) as [Step, Step]
    const delivered = (seed: number, step: Step) => ({
      commitment: String(seed),
      ...when('committed', step),
      ephemeral_key_x: '8',
      ephemeral_key_y: '9',
      ciphertext: words(seed).map(text),
      ...when('delivered', step),
    })
    expect(rowOf('slot', { task_id: hidden.taskId, number: 0 })).toEqual({
      ...empty,
      ...joined(hidden.taskId, 0, alice, alice, 21, hidden.joined[0]),
      ...delivered(21, submitted[0]),
      state: 'paid',
      agreements: 8,
      gold_count: 8,
      passed: true,
      ...when('scored', passed),
      ending: 'proven',
      score_bps: 10_000,
      returned_amount: '0',
      reward: text(reward),
      fee: text(fee),
      ...ended(passed),
    })
    expect(rowOf('slot', { task_id: hidden.taskId, number: 1 })).toEqual({
      ...empty,
      ...joined(hidden.taskId, 1, bob, bob, 22, hidden.joined[1]),
      ...delivered(22, submitted[1]),
      state: 'returned',
      agreements: 0,
      gold_count: 8,
      passed: false,
      ...when('scored', failed),
      ending: 'rejected',
      score_bps: 0,
      returned_amount: text(reward + fee),
      ...ended(hidden.rejected),
    })
    expect(rowOf('slot', { task_id: hidden.taskId, number: 2 })).toEqual({
      ...empty,
      ...joined(hidden.taskId, 2, carol, carol, 23, hidden.joined[2]),
      ...delivered(23, submitted[2]),
      state: 'paid',
      ending: 'silent',
      score_bps: 0,
      returned_amount: '0',
      reward: text(reward),
      fee: text(fee),
      ...ended(hidden.settled),
    })
    expect(tables.slot).toHaveLength(14)
  })

  test('only joined', () => {
    const { joining } = scenario
    expect(rowOf('slot', { task_id: joining.taskId, number: 0 })).toEqual({
      ...empty,
      ...joined(joining.taskId, 0, alice, alice, 31, joining.joiner),
      state: 'joined',
      ...when('ended', null),
      updated_at: time(joining.joiner),
    })
  })
})

test('receipts', () => {
  const { open, hidden, keys, contracts } = scenario
  const expected = [
    ...open.proved.map((made, slot) => ({
      made,
      slot,
      task: open.taskId,
      module: contracts.openGold,
      key: keys.agreement,
    })),
    ...hidden.submitted.map((made, slot) => ({
      made,
      slot,
      task: hidden.taskId,
      module: contracts.hiddenGold,
      key: keys.legality,
    })),
    ...hidden.scored.map((made, slot) => ({
      made,
      slot,
      task: hidden.taskId,
      module: contracts.hiddenGold,
      key: keys.score,
    })),
  ]
  for (const { made, slot, task, module, key } of expected) {
    const { receiptId } = made.step.argsOf<{ receiptId: Hex }>('ReceiptIssued')
    expect(rowOf('receipt', { id: receiptId })).toEqual({
      id: receiptId,
      module,
      key_id: key.keyId,
      task_id: task,
      slot,
      public_signals: made.signals.map(text),
      proof: made.proof,
      ...place(made.step, 'ReceiptIssued'),
      event_id: eventOf(made.step, 'ReceiptIssued'),
    })
  }
  // And one each of the direct and the optimistic task.
  expect(tables.receipt).toHaveLength(expected.length + 2)
})
