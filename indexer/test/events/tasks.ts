import { type Hex, toHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { type Step, treasury } from '../support/protocol.js'
import { fee, gold, hiddenRules, hostileTitle, id, openGoldCommitment, reward, rules } from '../support/scenario.js'
import { encryptionKey } from '../support/statement.js'
import { eventOf, native, requester, rowOf, scenario, tables, text, time, when } from './rows.js'

/** Columns of what these tasks do without. */
export const untouched = {
  gate: native,
  gate_kind: 'open',
  stake_per_slot: '0',
  bond: '0',
  bond_state: 'none',
  parameters_version: 1,
  claimed: 0,
  rejected: 0,
  most_disputed_items: 0,
  open_disputes: 0,
  commit_by: null,
  open_by: null,
  prove_by: null,
  submit_by: null,
  score_by: null,
  disputable_until: null,
  round_join_by: null,
  deliver_by: null,
  settle_by: null,
  claim_by: null,
  challenge_by: null,
  answer_by: null,
  round: null,
  slot_limit: null,
  assigns: false,
  seeded: 0,
  first_slot: 0,
  committed_before: 0,
  delivered_before: 0,
  decided: false,
  open_audits: 0,
  unproven_audits: 0,
  allowed_mistakes: null,
  overturned_items: 0,
}

const noTerms = {
  audit_key_id: null,
  consensus_key_id: null,
  tally_key_id: null,
  decide_key_id: null,
  agree_key_id: null,
  grading_curve: null,
  grading_steps: null,
  aggregator: null,
  history_of: null,
  assignment_shift: null,
  seed_commitment: null,
  first_slots: null,
  step_slots: null,
  agreement_bound_bps: null,
  join_window: null,
  commit_window: null,
  deliver_window: null,
  settle_window: null,
  publication_name: null,
  publication_licence: null,
  publication_schema_hash: null,
  publication_manifest_digest: null,
  statement_key_id: null,
  context_index: null,
  pinned: null,
  signals: null,
  challenge_window: null,
  prove_window: null,
}

describe('tasks', () => {
  const common = () => ({
    requester,
    token: native,
    reward_per_slot: text(reward),
    fee_per_slot: text(fee),
    treasury,
    ...untouched,
    scored: 0,
  })
  const creation = (task: { created: Step }) => ({
    ...when('created', task.created),
    created_block: text(task.created.blockNumber),
    event_id: eventOf(task.created, 'TaskCreated'),
    terms_hash: task.created.argsOf<{ termsHash: Hex }>('TaskSecured').termsHash,
  })

  test('an open-gold task to its completion', () => {
    const { open, datasets, contracts } = scenario
    expect(rowOf('task', { id: open.taskId })).toEqual({
      ...common(),
      ...creation(open),
      id: open.taskId,
      settlement: contracts.openGold,
      kind: 'open-gold',
      dataset_version_id: datasets.versionId,
      dataset_id: datasets.datasetId,
      payload_digest: id('payload open gold'),
      title: 'open gold',
      slots: 4,
      join_by: text(open.joinBy),
      commit_by: text(open.terms.commitBy),
      open_by: text(open.terms.openBy),
      prove_by: text(open.terms.proveBy),
      status: 'completed',
      joined: 3,
      committed: 2,
      delivered: 2,
      paid: 2,
      returned: 1,
      unfilled: 1,
      escrow: '0',
      gold_opened_at: time(open.opened),
      ended_at: time(open.emptied),
      updated_at: time(open.emptied),
    })
    expect(rowOf('terms', { task_id: open.taskId })).toEqual({
      task_id: open.taskId,
      kind: 'open-gold',
      rules: text(rules),
      encryption_key_x: text(encryptionKey[0]),
      encryption_key_y: text(encryptionKey[1]),
      gold_commitment: openGoldCommitment,
      legality_key_id: scenario.keys.legality.keyId,
      agreement_key_id: scenario.keys.agreement.keyId,
      score_key_id: null,
      key_ids: [scenario.keys.agreement.keyId, scenario.keys.legality.keyId],
      ...noTerms,
    })
    expect(rowOf('gold', { task_id: open.taskId })).toEqual({
      task_id: open.taskId,
      salt: gold.salt,
      mask: gold.mask.map(text),
      values: gold.values.map(text),
      ...when('opened', open.opened),
    })
  })

  test('a hidden-gold task to its completion', () => {
    const { hidden, datasets, contracts } = scenario
    expect(rowOf('task', { id: hidden.taskId })).toEqual({
      ...common(),
      ...creation(hidden),
      id: hidden.taskId,
      settlement: contracts.hiddenGold,
      kind: 'hidden-gold',
      dataset_version_id: datasets.secondId,
      dataset_id: datasets.datasetId,
      payload_digest: id('payload hidden gold'),
      title: 'hidden gold',
      slots: 3,
      join_by: text(hidden.joinBy),
      submit_by: text(hidden.terms.submitBy),
      score_by: text(hidden.terms.scoreBy),
      disputable_until: text(hidden.terms.scoreBy + 300n),
      bond: text(hidden.bond),
      bond_state: 'released',
      rejected: 1,
      most_disputed_items: 8,
      allowed_mistakes: 4,
      status: 'completed',
      joined: 3,
      committed: 3,
      delivered: 3,
      scored: 2,
      paid: 2,
      returned: 1,
      unfilled: null,
      escrow: '0',
      gold_opened_at: null,
      ended_at: time(hidden.rejected),
      updated_at: time(hidden.released),
    })
    expect(rowOf('terms', { task_id: hidden.taskId })).toEqual({
      task_id: hidden.taskId,
      kind: 'hidden-gold',
      rules: text(hiddenRules),
      encryption_key_x: text(encryptionKey[0]),
      encryption_key_y: text(encryptionKey[1]),
      gold_commitment: toHex(0x1234n, { size: 32 }),
      legality_key_id: scenario.keys.legality.keyId,
      agreement_key_id: null,
      score_key_id: scenario.keys.score.keyId,
      ...noTerms,
      key_ids: [scenario.keys.legality.keyId, scenario.keys.score.keyId, scenario.keys.legality.keyId],
      audit_key_id: scenario.keys.legality.keyId,
      grading_curve: 'table',
      grading_steps: hidden.terms.grading.steps,
    })
  })

  test('a cancelled task and a live one', () => {
    const { cancelled, joining, contracts, datasets } = scenario
    const idle = {
      ...common(),
      settlement: contracts.openGold,
      kind: 'open-gold',
      dataset_version_id: datasets.versionId,
      dataset_id: datasets.datasetId,
      slots: 2,
      committed: 0,
      delivered: 0,
      paid: 0,
      returned: 0,
      gold_opened_at: null,
    }
    expect(rowOf('task', { id: cancelled.taskId })).toEqual({
      ...idle,
      ...creation(cancelled),
      id: cancelled.taskId,
      payload_digest: id('payload cancelled'),
      title: 'cancelled',
      join_by: text(cancelled.joinBy),
      commit_by: text(cancelled.terms.commitBy),
      open_by: text(cancelled.terms.openBy),
      prove_by: text(cancelled.terms.proveBy),
      status: 'cancelled',
      joined: 0,
      unfilled: 2,
      escrow: '0',
      ended_at: time(cancelled.cancellation),
      updated_at: time(cancelled.cancellation),
    })
    expect(rowOf('task', { id: joining.taskId })).toEqual({
      ...idle,
      ...creation(joining),
      id: joining.taskId,
      payload_digest: id('payload joining'),
      title: hostileTitle.replaceAll('\0', '\uFFFD'),
      join_by: text(joining.joinBy),
      commit_by: text(joining.terms.commitBy),
      open_by: text(joining.terms.openBy),
      prove_by: text(joining.terms.proveBy),
      status: 'live',
      joined: 1,
      unfilled: null,
      escrow: text(2n * (reward + fee)),
      ended_at: null,
      updated_at: time(joining.joiner),
    })
    expect(tables.task).toHaveLength(9)
    expect(tables.terms).toHaveLength(8)
    expect(tables.gold).toHaveLength(1)
  })
})
