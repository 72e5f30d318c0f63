import { zeroAddress } from 'viem'
import { expect, test } from 'vitest'
import type { Row } from '../support/database.js'
import { relayFee } from '../support/market.js'
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
  const { open, cancelled, datasets, models, governance } = scenario
  const { graded, optimistic, deposits, drawn, gated } = scenario.market
  const none = {
    tasks_requested: 0,
    slots_joined: 0,
    slots_paid: 0,
    slots_returned: 0,
    accepted: 0,
    unproven: 0,
    rejected: 0,
    missed: 0,
    disputes_lost: 0,
    paid: 0,
    refused: 0,
    silent: 0,
    bonds_lost: 0,
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
      tasks_requested: 9,
      datasets_owned: 1,
      ...{ paid: 6, silent: 1, refused: 2, bonds_lost: 1 },
      ...seen(datasets.registered, gated.listed.created),
    },
    {
      ...none,
      address: alice,
      ...{ slots_joined: 6, slots_paid: 5, accepted: 5 },
      ...seen(open.joined[0], optimistic.proved),
    },
    {
      ...none,
      address: bob,
      ...{ slots_joined: 4, slots_paid: 1, slots_returned: 3 },
      ...{ accepted: 1, rejected: 1, disputes_lost: 2 },
      ...seen(open.joined[1], optimistic.resolved),
    },
    {
      ...none,
      address: carol,
      ...{ slots_joined: 3, slots_paid: 1, slots_returned: 2 },
      ...{ unproven: 1, rejected: 1, missed: 1 },
      ...seen(open.joined[2], drawn),
    },
    {
      ...none,
      address: people.keeper.address.toLowerCase(),
      ...{ slots_joined: 1, slots_returned: 1, disputes_lost: 2 },
      ...seen(deposits[3], optimistic.resolved),
    },
    { ...none, address: people.guardian.address.toLowerCase(), ...seen(graded.paid, graded.paid) },
    { ...none, address: scenario.contracts.datasetRegistry, ...seen(open.joined[1], proofs[1]) },
    { ...none, address: heir, datasets_owned: 1, models_owned: 1, ...seen(datasets.accepted, models.accepted) },
    { ...none, address: treasury, ...seen(proofs[0], optimistic.resolved) },
  ]
  for (const row of expected) expect(rowOf('account', { address: row.address })).toEqual(row)
  expect(tables.account).toHaveLength(expected.length)
  expect(cancelled.cancellation.timestamp).toBeLessThan(governance.parameters.timestamp)
})

test('credits', () => {
  const { open, hidden, market, contracts } = scenario
  const [, refused] = open.proved.map(({ step }) => step) as [Step, Step]
  const unrefused = { token: native, refusals: 0, last_refused_at: null }
  const back = reward + fee
  const expected: Row[] = [
    {
      ...unrefused,
      account: alice,
      // Half a reward less what its relayer got, and two whole ones.
      balance: text((5n * reward) / 2n - relayFee),
      credited: text((9n * reward) / 2n - relayFee),
      withdrawn: text(2n * reward),
      updated_at: time(market.optimistic.proved),
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
      // An uncommitted slot, an unfilled one, a rejected one, a cancelled task of two; then one that was left, one that was
      // rejected, two lost in disputes, and half of one that was graded.
      balance: text(9n * back + back / 2n),
      credited: text(9n * back + back / 2n),
      withdrawn: '0',
      updated_at: time(market.optimistic.resolved),
    },
    {
      ...unrefused,
      account: treasury,
      balance: text(6n * fee + fee / 2n),
      credited: text(6n * fee + fee / 2n),
      withdrawn: '0',
      updated_at: time(market.optimistic.proved),
    },
    {
      ...unrefused,
      account: people.guardian.address.toLowerCase(),
      balance: text(relayFee),
      credited: text(relayFee),
      withdrawn: '0',
      updated_at: time(market.graded.paid),
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
  const laterColumns = {
    unbonding_delay: '60',
    leave_window: '70',
    missed_slash_bps: 100,
    rejected_slash_bps: 200,
    gold_bond_bps: 3_000,
    audit_rate_bps: 7_000,
    audit_window: '500',
  }
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
      ...laterColumns,
      version: 2,
      updated_at: time(governance.parameters),
    },
  ])
  expect(tables.parameters_version).toHaveLength(2)
  expect(rowOf('parameters_version', { version: 2 })).toMatchObject({
    fee_bps: 100,
    ...laterColumns,
    set_at: time(governance.parameters),
    set_transaction: governance.parameters.hash,
  })
  expect(rowOf('parameters_version', { version: 1 })).toMatchObject({ fee_bps: 200, audit_window: '300' })
  expect(rowOf('token_policy', { token: native })).toEqual({
    token: native,
    allowed: true,
    min_reward: '10',
    min_stake: '0',
    updated_at: time(steps.native),
  })
  expect(rowOf('token_policy', { token: contracts.modelRegistry })).toEqual({
    token: contracts.modelRegistry,
    allowed: false,
    min_reward: '0',
    min_stake: '0',
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
    previous: { allowed: true, minReward: '5', minStake: '2' },
    current: { allowed: false, minReward: '0', minStake: '0' },
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
  const kinds: Record<string, number> = {}
  for (const { kind } of tables.parameter_change ?? []) kinds[String(kind)] = (kinds[String(kind)] ?? 0) + 1
  expect(kinds).toEqual({
    parameters: 2,
    token: 3,
    settlement: 6,
    gate: 5,
    guardian: 1,
    // Six settings at construction, and one that was voted for.
    governor: 7,
    timelock: 2,
  })
})
