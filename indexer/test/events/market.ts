import { pad } from 'viem'
import { describe, expect, test } from 'vitest'
import { bond, disputeBond, stake } from '../support/market.js'
import { people, type Step, treasury, voteSupply } from '../support/protocol.js'
import { hostileDescription, hostileReason } from '../support/votes.js'
import {
  alice,
  bob,
  carol,
  eventOf,
  heir,
  native,
  protocol,
  requester,
  rowOf,
  scenario,
  tables,
  text,
  time,
  when,
} from './rows.js'

const keeper = people.keeper.address.toLowerCase()
const deployer = people.deployer.address.toLowerCase()

test('stakes come out as the slashing table says, to the last unit', () => {
  const { market } = scenario
  const all = 10n * stake
  const common = { token: native, locked: '0', unbonding: '0', withdrawable_at: null, deposited: text(all) }
  const row = (account: string, columns: Record<string, bigint>) =>
    expect(rowOf('stake', { account })).toMatchObject({
      ...common,
      account,
      ...Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, text(value)])),
    })
  // Alice won two disputes, Bob lost two slots, Carol took some out and lost half a stake, the requester's bond is burned. Of what is
  // lost in a dispute the winner has half.
  const won = (disputeBond + stake) / 2n
  row(alice, { free: all + won, slashed: 0n, gained: won })
  row(bob, { free: all - 2n * stake, slashed: 2n * stake, gained: 0n })
  row(carol, { free: all - stake - stake / 2n, slashed: stake / 2n, gained: 0n, withdrawn: stake })
  row(keeper, { free: all - disputeBond, slashed: disputeBond + stake, gained: stake })
  // It also had the bond of its hidden gold, which came back.
  const deposited = all + scenario.hidden.bond
  row(requester, { free: deposited - bond, deposited, slashed: 0n, burned: bond })
  const lost = won + stake + stake / 2n
  expect(rowOf('stake', { account: treasury })).toMatchObject({ free: text(lost), gained: text(lost) })
  const held = (tables.stake ?? []).map(({ free, locked, unbonding }) =>
    [free, locked, unbonding].map((part) => BigInt(String(part))),
  )
  const sum = held.flat().reduce((total, part) => total + part, 0n)
  expect(sum).toBe(5n * all + scenario.hidden.bond - stake - bond)
  expect(rowOf('task_stake', { task_id: market.graded.taskId, account: bob })).toEqual({
    task_id: market.graded.taskId,
    account: bob,
    token: native,
    locked: '0',
    released: '0',
    slashed: text(stake),
    burned: '0',
    updated_at: time(market.graded.lost),
  })
  expect(rowOf('task_stake', { task_id: market.graded.taskId, account: requester })).toMatchObject({
    locked: '0',
    slashed: '0',
    burned: text(bond),
  })
  expect(rowOf('stake_movement', { id: eventOf(market.graded.burned, 'StakeBurned') })).toMatchObject({
    kind: 'burn',
    account: requester,
    amount: text(bond),
    task_id: market.graded.taskId,
    beneficiary: null,
  })
  expect(rowOf('stake_movement', { id: eventOf(market.unbonding, 'UnbondingStarted') })).toMatchObject({
    kind: 'unbonding',
    account: carol,
    amount: text(stake),
    task_id: null,
    withdrawable_at: text(market.unbonding.timestamp + 10n),
  })
})

describe('disputes', () => {
  test('dismissed, and upheld', () => {
    const { graded } = scenario.market
    const opened = (step: Step, slot: number, name = 'DisputeOpened') => ({
      id: eventOf(step, name),
      task_id: graded.taskId,
      slot,
      challenger: keeper,
      token: native,
      bond: text(disputeBond),
      ...when('opened', step),
    })
    const [first, second] = graded.opened as [Step, Step]
    expect(rowOf('dispute', { task_id: graded.taskId, slot: 0 })).toEqual({
      ...opened(first, 0),
      ruling: 'dismissed',
      beneficiary: alice,
      ...when('closed', graded.dismissed),
    })
    expect(rowOf('dispute', { task_id: graded.taskId, slot: 1 })).toEqual({
      ...opened(second, 1),
      ruling: 'upheld',
      beneficiary: null,
      ...when('closed', graded.upheld),
    })
    expect(tables.dispute).toHaveLength(4)
    expect(rowOf('task', { id: graded.taskId })).toMatchObject({
      kind: 'other',
      gate_kind: 'staked',
      bond_state: 'burned',
      open_disputes: 0,
      stake_per_slot: text(stake),
      rejected: 1,
      status: 'completed',
    })
    expect(rowOf('gate_terms', { task_id: graded.taskId })).toMatchObject({ kind: 'staked', min_stake: text(stake) })
  })

  test('end the slots they are about', () => {
    const { graded, optimistic } = scenario.market
    const slot = (number: number) => rowOf('slot', { task_id: graded.taskId, number })
    expect(slot(0)).toMatchObject({ ending: 'proven', score_bps: 6_000, relayed: '100', relay_fee: '100' })
    expect(slot(0)).toMatchObject({ reward: '500000', returned_amount: '510000' })
    expect(slot(1)).toMatchObject({ ending: 'disputed', open_dispute: null })
    expect(slot(2)).toMatchObject({ ending: 'rejected', score_bps: 1_000 })
    expect(slot(3)).toMatchObject({ ending: 'left' })
    expect(rowOf('slot', { task_id: optimistic.taskId, number: 1 })).toMatchObject({
      ending: 'disputed',
      signals: optimistic.signals[1]?.map(text),
      challenge_by: text((optimistic.claimed[1]?.timestamp ?? 0n) + 100n),
      ...when('claimed', optimistic.claimed[1] ?? null),
    })
    expect(rowOf('task', { id: optimistic.taskId })).toMatchObject({
      kind: 'optimistic',
      claimed: 2,
      claim_by: text(optimistic.terms.claimBy),
      answer_by: text((optimistic.disputed[1]?.timestamp ?? 0n) + 200n),
    })
  })
})

test('a direct task and a list', () => {
  const { direct, gated } = scenario.market
  expect(rowOf('task', { id: direct.taskId })).toMatchObject({
    kind: 'direct',
    prove_by: text(direct.terms.proveBy),
    bond: text(bond),
    bond_state: 'released',
  })
  expect(rowOf('terms', { task_id: direct.taskId })).toMatchObject({
    kind: 'direct',
    key_ids: [scenario.keys.statement.keyId],
    statement_key_id: scenario.keys.statement.keyId,
    context_index: 1,
    pinned: '1',
    signals: ['77', '0', '0', '0'],
  })
  expect(rowOf('gate_terms', { task_id: gated.listed.taskId })).toMatchObject({ kind: 'allow-list', root: gated.root })
  expect(rowOf('gate_module', { address: protocol.gates.worldId })).toMatchObject({ kind: 'world-id', allowed: true })
  expect(rowOf('slot', { task_id: direct.taskId, number: 0 }).nullifier).toBe(pad(alice))
})

describe('governance', () => {
  test('a proposal that passed after a late quorum', () => {
    const { passed, late, queued, executed, against } = scenario.votes
    const row = rowOf('proposal', { id: text(passed.proposalId) })
    expect(row).toMatchObject({
      proposer: deployer,
      description: hostileDescription.replaceAll('\0', '\uFFFD'),
      targets: [scenario.contracts.governor],
      values: ['0'],
      for_votes: text(voteSupply - 300n),
      against_votes: '300',
      abstain_votes: '0',
      voters: 2,
      vote_end: text(late.timestamp + 20n),
      extended_at: time(late),
      status: 'executed',
      eta: text(queued.timestamp),
      operation_hash: queued.argsOf<{ id: string }>('CallScheduled').id,
      ...when('queued', queued),
      ...when('executed', executed),
      ...when('cancelled', null),
    })
    expect(rowOf('vote', { id: eventOf(against, 'VoteCastWithParams') })).toMatchObject({
      proposal_id: text(passed.proposalId),
      voter: heir,
      support: 'against',
      weight: '300',
      reason: hostileReason,
    })
    expect(rowOf('operation', { id: row.operation_hash })).toMatchObject({
      proposal_id: text(passed.proposalId),
      status: 'executed',
      ready_at: text(queued.timestamp),
    })
  })

  test('proposals cancelled by their proposer and by a guardian, and one nobody votes on', () => {
    const { withdrawn, cancelled, stopped, operationId, vetoed, defeated } = scenario.votes
    expect(rowOf('proposal', { id: text(withdrawn.proposalId) })).toMatchObject({
      status: 'cancelled',
      cancelled_by: deployer,
      ...when('cancelled', cancelled),
    })
    expect(rowOf('proposal', { id: text(stopped.proposalId) })).toMatchObject({
      status: 'cancelled',
      operation_hash: operationId,
      cancelled_by: people.guardian.address.toLowerCase(),
      ...when('cancelled', vetoed),
    })
    expect(rowOf('operation', { id: operationId })).toMatchObject({ status: 'cancelled' })
    expect(rowOf('proposal', { id: text(defeated.proposalId) })).toMatchObject({ status: 'proposed', voters: 0 })
  })

  test('votes, delegates and settings', () => {
    expect(rowOf('voter', { address: heir })).toMatchObject({
      balance: '300',
      votes: '300',
      delegate: heir,
      votes_cast: 1,
    })
    expect(rowOf('voter', { address: deployer })).toMatchObject({ balance: '700', votes: '700', proposals_made: 4 })
    expect(tables.governance).toEqual([
      expect.objectContaining({
        id: scenario.contracts.governor,
        supply: text(voteSupply),
        voting_delay: '2',
        voting_period: '30',
        late_quorum_extension: '20',
        proposal_threshold: '1',
        quorum_percent: '10',
        timelock: scenario.contracts.timelock,
        guardian: people.guardian.address.toLowerCase(),
        min_delay: '0',
      }),
    ])
    expect(tables.quorum_change).toHaveLength(1)
  })
})
