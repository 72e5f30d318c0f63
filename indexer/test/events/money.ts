import { zeroAddress } from 'viem'
import { expect, test } from 'vitest'
import type { Row } from '../support/database.js'
import { parameters, people, type Step, treasury } from '../support/protocol.js'
import { changedParameters, fee, reward } from '../support/scenario.js'
import {
  alice,
  bob,
  carol,
  eventOf,
  heir,
  native,
  place,
  requester,
  rowOf,
  scenario,
  tables,
  text,
  time,
} from './rows.js'

test('accounts', () => {
  const { open, hidden, cancelled, joining, datasets, models, governance } = scenario
  const none = {
    tasks_requested: 0,
    slots_joined: 0,
    slots_paid: 0,
    slots_returned: 0,
    datasets_owned: 0,
    models_owned: 0,
  }
  const seen = (first: Step | undefined, last: Step | undefined) => ({
    first_seen_at: first && time(first),
    last_seen_at: last && time(last),
  })
  const proofs = open.proved.map(({ step }) => step)
  const expected: Row[] = [
    {
      ...none,
      address: requester,
      tasks_requested: 5,
      datasets_owned: 1,
      ...seen(datasets.registered, joining.created),
    },
    { ...none, address: alice, slots_joined: 3, slots_paid: 2, ...seen(open.joined[0], joining.joiner) },
    {
      ...none,
      address: bob,
      slots_joined: 2,
      slots_paid: 1,
      slots_returned: 1,
      ...seen(open.joined[1], hidden.scored[1]?.step),
    },
    {
      ...none,
      address: carol,
      slots_joined: 2,
      slots_paid: 1,
      slots_returned: 1,
      ...seen(open.joined[2], hidden.withdrawn),
    },
    { ...none, address: scenario.contracts.datasetRegistry, ...seen(open.joined[1], proofs[1]) },
    { ...none, address: heir, datasets_owned: 1, models_owned: 1, ...seen(datasets.accepted, models.accepted) },
    { ...none, address: treasury, ...seen(proofs[0], hidden.settled) },
  ]
  for (const row of expected) expect(rowOf('account', { address: row.address })).toEqual(row)
  expect(tables.account).toHaveLength(expected.length)
  expect(cancelled.cancellation.timestamp).toBeLessThan(governance.parameters.timestamp)
})

test('credits', () => {
  const { open, hidden, cancelled, contracts } = scenario
  const [, refused] = open.proved.map(({ step }) => step) as [Step, Step]
  const unrefused = { token: native, refusals: 0, last_refused_at: null }
  const back = reward + fee
  const expected: Row[] = [
    {
      ...unrefused,
      account: alice,
      balance: '0',
      credited: text(2n * reward),
      withdrawn: text(2n * reward),
      updated_at: hidden.scored[0] && time(hidden.scored[0].step),
    },
    {
      account: contracts.datasetRegistry,
      token: native,
      balance: text(reward),
      credited: text(reward),
      withdrawn: '0',
      refusals: 1,
      last_refused_at: time(refused),
      updated_at: time(refused),
    },
    {
      ...unrefused,
      account: carol,
      balance: '0',
      credited: text(reward),
      withdrawn: text(reward),
      updated_at: time(hidden.withdrawn),
    },
    {
      ...unrefused,
      account: requester,
      // An uncommitted slot, an unfilled one, a rejected one and a cancelled task of two.
      balance: text(5n * back),
      credited: text(5n * back),
      withdrawn: '0',
      updated_at: time(cancelled.cancellation),
    },
    {
      ...unrefused,
      account: treasury,
      balance: text(4n * fee),
      credited: text(4n * fee),
      withdrawn: '0',
      updated_at: time(hidden.settled),
    },
  ]
  for (const row of expected) expect(rowOf('credit', { account: row.account })).toEqual(row)
  expect(tables.credit).toHaveLength(expected.length)
})

test('payments', () => {
  const { open, hidden, contracts } = scenario
  const [accepted, refused] = open.proved.map(({ step }) => step) as [Step, Step]
  const payment = (step: Step, name: string, nth: number, row: Row) =>
    expect(rowOf('payment', { id: eventOf(step, name, nth) })).toEqual({
      id: eventOf(step, name, nth),
      token: native,
      ...place(step, name, nth),
      ...row,
    })
  const to = (account: string, amount: bigint, balance: bigint) => ({
    account,
    amount: text(amount),
    balance: text(balance),
  })
  payment(accepted, 'Credited', 0, { kind: 'credit', ...to(alice, reward, reward) })
  payment(accepted, 'Credited', 1, { kind: 'credit', ...to(treasury, fee, fee) })
  payment(accepted, 'Withdrawn', 0, { kind: 'withdrawal', ...to(alice, reward, 0n) })
  payment(refused, 'Credited', 0, { kind: 'credit', ...to(contracts.datasetRegistry, reward, reward) })
  payment(refused, 'Credited', 1, { kind: 'credit', ...to(treasury, fee, 2n * fee) })
  payment(refused, 'WithdrawalRefused', 0, { kind: 'refusal', ...to(contracts.datasetRegistry, reward, reward) })
  payment(open.settled, 'Credited', 0, { kind: 'credit', ...to(requester, reward + fee, reward + fee) })
  payment(open.emptied, 'Credited', 0, { kind: 'credit', ...to(requester, reward + fee, 2n * (reward + fee)) })
  payment(hidden.withdrawn, 'Withdrawn', 0, { kind: 'withdrawal', ...to(carol, reward, 0n) })
  const events = (tables.audit_event ?? []).filter((row) =>
    ['Credited', 'Withdrawn', 'WithdrawalRefused'].includes(row.name as string),
  )
  expect(tables.payment?.map((row) => row.id).sort()).toEqual(events.map((row) => row.id).sort())
})

test('parameters and every change of them', () => {
  const { contracts, steps, governance } = scenario
  expect(tables.parameters).toEqual([
    {
      id: contracts.protocolParameters,
      fee_bps: 100,
      max_slots: '50',
      min_window: '30',
      max_window: '4000000000',
      key_activation_delay: '5',
      verify_gas_cap: '2000000',
      treasury: heir,
      updated_at: time(governance.parameters),
    },
  ])
  expect(rowOf('token_policy', { token: native })).toEqual({
    token: native,
    allowed: true,
    min_reward: '10',
    updated_at: time(steps.native),
  })
  expect(rowOf('token_policy', { token: contracts.modelRegistry })).toEqual({
    token: contracts.modelRegistry,
    allowed: false,
    min_reward: '0',
    updated_at: time(governance.untoken),
  })
  for (const [address, kind, step] of [
    [contracts.openGold, 'open-gold', steps.openGold],
    [contracts.hiddenGold, 'hidden-gold', steps.hiddenGold],
    [contracts.datasetRegistry, 'other', governance.foreign],
  ] as const) {
    const row = { address, kind, allowed: true, updated_at: time(step) }
    expect(rowOf('settlement_module', { address })).toEqual(row)
  }

  const change = (step: Step, event: string, row: Row) =>
    expect(rowOf('parameter_change', { id: eventOf(step, event) })).toEqual({
      id: eventOf(step, event),
      ...place(step, event),
      ...row,
    })
  const lower = (values: Record<string, unknown> & { treasury: string }) => ({
    ...values,
    treasury: values.treasury.toLowerCase(),
  })
  change(governance.parameters, 'ParametersChanged', {
    kind: 'parameters',
    subject: null,
    previous: lower(parameters),
    current: lower(changedParameters),
  })
  change(governance.untoken, 'TokenPolicyChanged', {
    kind: 'token',
    subject: contracts.modelRegistry,
    previous: { allowed: true, minReward: '5' },
    current: { allowed: false, minReward: '0' },
  })
  change(governance.foreign, 'SettlementAllowed', {
    kind: 'settlement',
    subject: contracts.datasetRegistry,
    previous: false,
    current: true,
  })
  change(steps.guardian, 'GuardianChanged', {
    kind: 'guardian',
    subject: null,
    previous: zeroAddress,
    current: people.guardian.address.toLowerCase(),
  })
  expect(tables.parameter_change).toHaveLength(9)
})
