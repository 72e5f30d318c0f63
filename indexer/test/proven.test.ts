import { pad } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logTests, ofProvenRun, unseenEvents } from './events/log.js'
import { type Answers, askAnswers, operationTests } from './events/operations.js'
import {
  cleanUp,
  eventOf,
  heir,
  indexRun,
  place,
  protocol,
  requester,
  rowOf,
  tables,
  text,
  time,
  when,
} from './events/rows.js'
import { appIdHash, fresh, groupRoot, payouts, reputationTerms } from './support/anonymous.js'
import { consensusRules, cycleWindow, publication, rootOf, wholeTask } from './support/consensus.js'
import { goldBond } from './support/goldAudit.js'
import { relayFee } from './support/market.js'
import { people, type Step } from './support/protocol.js'
import { runProven, workers } from './support/proven.js'
import { fee, reward } from './support/scenario.js'

// Consensus, gold audits and anonymous workers, from the chain to every row. Labels are proven to the test proof system;
// the gates verify real Groth16 proofs.

let run: Awaited<ReturnType<typeof runProven>>
let answers: Answers

beforeAll(async () => {
  run = await indexRun(runProven, async (url, made) => {
    answers = await askAnswers(url, made)
  })
})
afterAll(cleanUp)

const lower = (address: string) => address.toLowerCase()
const keeper = lower(people.keeper.address)
const [first, second, third] = workers.map(({ address }) => lower(address)) as [string, string, string, string]
const accountOf = (step: Step, name: string, nth = 0) => rowOf('audit_event', { id: eventOf(step, name, nth) }).account

describe('the log of this run', () => {
  logTests()

  test('has every event that the other run leaves out', () => {
    expect(unseenEvents().filter((name) => ofProvenRun.includes(name))).toEqual([])
  })
})

describe('a consensus in rounds', () => {
  test('its terms', () => {
    const { taskId, terms, joinBy, created, aggregator } = run.rounds
    const keyId = run.keys.score.keyId
    expect(rowOf('terms', { task_id: taskId })).toMatchObject({
      kind: 'consensus',
      rules: text(consensusRules.single),
      encryption_key_x: text(terms.encryptionKey[0]),
      encryption_key_y: text(terms.encryptionKey[1]),
      aggregator: lower(aggregator.address),
      legality_key_id: run.keys.legality.keyId,
      consensus_key_id: keyId,
      tally_key_id: null,
      decide_key_id: null,
      agree_key_id: null,
      key_ids: [run.keys.legality.keyId, keyId],
      grading_curve: 'threshold',
      grading_steps: [],
      history_of: requester,
      assignment_shift: 1,
      seed_commitment: terms.seedCommitment,
      first_slots: 3,
      step_slots: 1,
      agreement_bound_bps: 8_000,
      join_window: text(cycleWindow),
      commit_window: text(cycleWindow),
      deliver_window: text(cycleWindow),
      settle_window: text(cycleWindow),
      publication_name: publication.name,
      publication_licence: publication.licence,
      publication_schema_hash: publication.schemaHash,
      publication_manifest_digest: publication.manifestDigest,
      gold_commitment: null,
      statement_key_id: null,
    })
    expect(accountOf(created, 'ConsensusTermsSet')).toBe(requester)
    expect(rowOf('task', { id: taskId }).join_by).toBe(text(joinBy))
  })

  test('its rounds: beacon, seed, votes and deadlines', () => {
    const { taskId, joinBy, created, scheduled, drawn, revealed, reopened, concluded, assigned, support, possible } =
      run.rounds
    const seed = (step: Step | undefined) => step?.argsOf<{ seed: string }>('SeedRevealed').seed
    const beacon = (step: Step | undefined) => step?.argsOf<{ beacon: string }>('BeaconDrawn').beacon
    const beaconBlock = (step: Step) => text(step.blockNumber + 1n)
    const deadlines = (from: bigint) => ({
      join_by: text(from),
      commit_by: text(from + cycleWindow),
      deliver_by: text(from + 2n * cycleWindow),
      settle_by: text(from + 3n * cycleWindow),
    })
    const [scheduledFirst, scheduledLast] = scheduled as [Step, Step]
    const [revealedFirst, revealedLast] = revealed as [Step, Step]
    expect(rowOf('consensus_round', { task_id: taskId, round: 0 })).toMatchObject({
      slot_limit: 3,
      ...deadlines(joinBy - 4n * cycleWindow),
      beacon_block: beaconBlock(scheduledFirst),
      beacon: beacon(drawn),
      seed: seed(revealedFirst),
      seed_revealed_at: time(revealedFirst),
      support: '1',
      possible: text((assigned[0] ?? 0n) + (assigned[1] ?? 0n) + (assigned[2] ?? 0n)),
      ...when('opened', created),
    })
    const last = deadlines(reopened.step.timestamp + cycleWindow)
    expect(rowOf('consensus_round', { task_id: taskId, round: 1 })).toMatchObject({
      slot_limit: 4,
      ...last,
      beacon_block: beaconBlock(scheduledLast),
      beacon: beacon(revealedLast),
      seed: seed(revealedLast),
      seed_revealed_at: time(revealedLast),
      support: text(support),
      possible: text(possible),
      ...when('opened', reopened.step),
    })
    const { join_by, ...due } = last
    expect(rowOf('task', { id: taskId })).toMatchObject({
      kind: 'consensus',
      round: 1,
      slot_limit: 4,
      round_join_by: join_by,
      ...due,
      assigns: true,
      seeded: 4,
      ...{ joined: 4, committed: 4, delivered: 4, scored: 4, paid: 3, returned: 1, rejected: 1 },
      status: 'completed',
      ended_at: time(concluded.step),
      bond_state: 'none',
    })
    for (const [step, name] of [
      [scheduledFirst, 'BeaconScheduled'],
      [drawn, 'BeaconDrawn'],
      [revealedLast, 'SeedRevealed'],
      [reopened.step, 'RoundOpened'],
      [concluded.step, 'ConsensusReached'],
    ] as const)
      expect(accountOf(step, name)).toBe(requester)
  })

  test('its result, which is a dataset version of its parents', () => {
    const { taskId, concluded, accepted, support, possible } = run.rounds
    const { versionId } = concluded.step.argsOf<{ versionId: string }>('ConsensusReached')
    const { datasetId } = concluded.step.argsOf<{ datasetId: string }>('DatasetRegistered')
    expect(rowOf('consensus', { task_id: taskId })).toEqual({
      task_id: taskId,
      version_id: versionId,
      round: 1,
      out: '31337',
      support: text(support),
      possible: text(possible),
      ...when('reached', concluded.step),
    })
    expect(rowOf('dataset', { id: datasetId })).toMatchObject({
      name: publication.name,
      owner: requester,
      pending_owner: null,
      versions: 1,
      latest_version_id: versionId,
      updated_at: time(accepted),
    })
    expect(rowOf('dataset_version', { id: versionId })).toMatchObject({
      dataset_id: datasetId,
      root: '31337',
      size: '10',
      schema_hash: publication.schemaHash,
      manifest_digest: publication.manifestDigest,
      licence: publication.licence,
    })
    expect(rowOf('dataset_edge', { child_id: versionId })).toMatchObject({
      parent_id: run.datasets.versionId,
      position: 0,
    })
  })

  test('its submissions and what its workers are known for', () => {
    const { taskId, committed, delivered, concluded, assigned, agreements } = run.rounds
    const ended = (slot: number) =>
      slot === 1
        ? { state: 'returned', ending: 'rejected', passed: false, reward: null, returned_amount: text(reward + fee) }
        : { state: 'paid', ending: 'proven', passed: true, reward: text(reward), returned_amount: '0' }
    for (const slot of [0, 1, 2]) {
      const [worker, counted] = [[first, second, third][slot], assigned[slot] as bigint]
      expect(rowOf('slot', { task_id: taskId, number: slot })).toMatchObject({
        worker,
        commitment: text(BigInt(70 + slot)),
        weight: 1,
        tallied: false,
        agreements: Number(agreements[slot]),
        assigned: Number(counted),
        gold_count: null,
        score_bps: slot === 1 ? 0 : 10_000,
        ...ended(slot),
        ...when('committed', committed[slot] as Step),
        ...when('delivered', delivered[slot] as Step),
        ...when('scored', concluded.step),
        ...when('ended', concluded.step),
      })
      expect(accountOf(concluded.step, 'SlotAgreed', slot)).toBe(worker)
    }
    // It has worked for this requester once more since, by chunks.
    expect(rowOf('consensus_history', { requester, worker: third })).toMatchObject({
      requester,
      worker: third,
      agreements: text((agreements[2] as bigint) + 250n),
      items: text((assigned[2] as bigint) + 250n),
    })
  })

  test('what the API says of it', () => {
    const { aggregator, concluded } = run.rounds
    const { datasetId } = concluded.step.argsOf<{ datasetId: string }>('DatasetRegistered')
    expect(answers.consensus).toMatchObject({
      kind: 'consensus',
      terms: { consensus: { aggregator: lower(aggregator.address), historyOf: requester } },
      rounds: [{ round: 0 }, { round: 1 }],
      consensus: { round: 1, datasetId, datasetName: publication.name },
      submissions: [{ number: 0 }, { number: 1 }, { number: 2 }, { number: 3 }],
    })
  })

  test('the dataset that it became lists it among its tasks, and a search for its manifest finds both', () => {
    const { taskId } = run.rounds
    expect(answers.became).toMatchObject([{ id: taskId }])
    expect(answers.becameVersion).toMatchObject([{ id: taskId }])
    const { hits } = answers.publication as { hits: object[] }
    expect(hits).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'task', id: taskId, matched: 'publication' }),
        expect.objectContaining({ kind: 'datasetVersion', matched: 'manifest', title: publication.name }),
      ]),
    )
  })

  test('receipts of the task as a whole belong to no slot', () => {
    const { taskId, reopened, concluded } = run.rounds
    expect(answers.receipts).toEqual(
      [reopened, concluded].map(({ step, proof }) =>
        expect.objectContaining({
          id: step.argsOf<{ receiptId: string }>('ReceiptIssued').receiptId,
          slot: null,
          proof,
          key: expect.objectContaining({ id: run.keys.score.keyId, status: 'active' }),
        }),
      ),
    )
    for (const made of [reopened, concluded]) {
      const { receiptId, slot } = made.step.argsOf<{ receiptId: string; slot: number }>('ReceiptIssued')
      expect(slot).toBe(wholeTask)
      expect(rowOf('receipt', { id: receiptId })).toEqual({
        id: receiptId,
        module: run.contracts.consensus,
        key_id: run.keys.score.keyId,
        task_id: taskId,
        slot: null,
        public_signals: made.signals.map(text),
        proof: made.proof,
        ...place(made.step, 'ReceiptIssued'),
        event_id: eventOf(made.step, 'ReceiptIssued'),
      })
    }
  })
})

describe('a statement that a round without votes repeats', () => {
  const idOf = ({ step }: { step: Step }) => step.argsOf<{ receiptId: string }>('ReceiptIssued').receiptId

  test('is one receipt, the first, and twice in the log', () => {
    const { taskId, reopened, concluded } = run.repeated
    const id = idOf(reopened)
    expect(idOf(concluded)).toBe(id)
    expect(rowOf('receipt', { id })).toEqual({
      id,
      module: run.contracts.consensus,
      key_id: run.keys.score.keyId,
      task_id: taskId,
      slot: null,
      public_signals: reopened.signals.map(text),
      proof: reopened.proof,
      ...place(reopened.step, 'ReceiptIssued'),
      event_id: eventOf(reopened.step, 'ReceiptIssued'),
    })
    expect(answers.repeatedReceipts).toEqual([expect.objectContaining({ id, transactionHash: reopened.step.hash })])
    for (const { step } of [reopened, concluded])
      expect(rowOf('audit_event', { id: eventOf(step, 'ReceiptIssued') })).toMatchObject({ task_id: taskId })
  })

  test('ends its rounds and its slots once', () => {
    const { taskId, reopened, concluded } = run.repeated
    for (const round of [0, 1])
      expect(rowOf('consensus_round', { task_id: taskId, round })).toMatchObject({
        slot_limit: 3 + round,
        support: '11',
        possible: '30',
      })
    expect(rowOf('consensus_round', { task_id: taskId, round: 1 })).toMatchObject(when('opened', reopened.step))
    expect(rowOf('consensus', { task_id: taskId })).toMatchObject({ round: 1, ...when('reached', concluded.step) })
    expect(rowOf('task', { id: taskId })).toMatchObject({
      ...{ joined: 3, committed: 3, delivered: 3, scored: 3, paid: 3, returned: 0 },
      updated_at: time(concluded.step),
    })
  })

  test('counts once under its key', () => {
    const keys = tables.verifier_key ?? []
    const issued = (keyId: unknown) => (tables.receipt ?? []).filter((row) => row.key_id === keyId).length
    expect(keys.map(({ id, receipts }) => [id, receipts])).toEqual(keys.map(({ id }) => [id, issued(id)]))
    expect(issued(run.keys.score.keyId)).toBeGreaterThan(0)
  })
})

test('a consensus by chunks', () => {
  const { taskId, counts, tallied, decided, agreed, out, support, agreements, weights } = run.chunks
  const possible = weights.reduce((sum, weight) => sum + weight * 250n, 0n)
  for (const slot of [0, 1]) {
    const step = tallied[slot] as Step
    expect(rowOf('counts_addition', { id: eventOf(step, 'CountsAdded') })).toEqual({
      id: eventOf(step, 'CountsAdded'),
      task_id: taskId,
      slots: [slot],
      previous: text(counts[slot] as bigint),
      next: text(counts[slot + 1] as bigint),
      timestamp: time(step),
      transaction_hash: step.hash,
    })
    expect(rowOf('slot', { task_id: taskId, number: slot })).toMatchObject({
      tallied: true,
      weight: Number(weights[slot]),
      agreements: Number(agreements[slot]),
      assigned: 250,
      score_bps: slot === 0 ? 10_000 : 8_000,
      state: 'paid',
      ...when('scored', agreed),
    })
  }
  const { versionId } = decided.argsOf<{ versionId: string }>('ConsensusReached')
  expect(rowOf('consensus', { task_id: taskId })).toEqual({
    task_id: taskId,
    version_id: versionId,
    round: 0,
    out: text(out),
    support: text(support),
    possible: text(possible),
    ...when('reached', decided),
  })
  expect(rowOf('dataset_version', { id: versionId }).root).toBe(text(out))
  expect(rowOf('terms', { task_id: taskId })).toMatchObject({
    aggregator: null,
    consensus_key_id: null,
    tally_key_id: run.keys.score.keyId,
    decide_key_id: run.keys.score.keyId,
    agree_key_id: run.keys.score.keyId,
    key_ids: [run.keys.legality.keyId, run.keys.score.keyId, run.keys.score.keyId, run.keys.score.keyId],
    seed_commitment: null,
    assignment_shift: 0,
  })
  expect(rowOf('task', { id: taskId })).toMatchObject({ assigns: false, seeded: 0, round: 0, status: 'completed' })
  const known = rowOf('consensus_history', { requester, worker: second })
  expect(known).toMatchObject({
    agreements: text(agreements[1] as bigint),
    items: text((run.rounds.assigned[1] as bigint) + 250n),
    updated_at: time(agreed),
  })
})

test('a gold audit that costs the requester its bond, and pays whom it rejected', () => {
  const { taskId, refused, asked, audited, closed, redressed, rejected } = run.audit
  const worker = lower(rejected.address)
  const answerBy = asked.timestamp + 300n
  expect(rowOf('gold_audit', { task_id: taskId })).toEqual({
    task_id: taskId,
    slot: 2,
    challenger: worker,
    population: 2,
    panel_size: 2,
    of_accepted: true,
    disputed_items: 8,
    answer_by: text(answerBy),
    beacon_block: '0',
    // The rejected come first in the contract's list, and whom they change places with.
    panel: [1, 0],
    audited: 2,
    with_gold: 0,
    with_challenger: 16,
    overturned_items: 8,
    ruling: 'upheld',
    ...when('opened', asked),
    ...when('closed', closed),
    event_id: eventOf(asked, 'GoldAuditOpened'),
  })
  for (const member of [0, 1]) {
    expect(rowOf('gold_audit_answer', { task_id: taskId, member })).toEqual({
      task_id: taskId,
      slot: 2,
      member,
      with_gold: 0,
      with_challenger: 8,
      ...when('proven', audited),
    })
    expect(accountOf(audited, 'SlotAudited', member)).toBe([first, second][member])
    expect(rowOf('receipt', { task_id: taskId, slot: member, module: run.contracts.goldAudit })).toMatchObject({
      key_id: run.keys.legality.keyId,
      transaction_hash: audited.hash,
    })
  }
  expect(rowOf('slot', { task_id: taskId, number: 2 })).toMatchObject({
    state: 'paid',
    passed: false,
    ...when('scored', refused.step),
    ending: 'redressed',
    score_bps: 0,
    reward: text(reward),
    ...when('ended', redressed),
  })
  expect(rowOf('task', { id: taskId })).toMatchObject({
    rejected: 1,
    most_disputed_items: 8,
    open_audits: 0,
    unproven_audits: 0,
    allowed_mistakes: 4,
    overturned_items: 8,
    answer_by: text(answerBy),
    bond: text(goldBond),
    bond_state: 'burned',
    open_disputes: 0,
    status: 'completed',
  })
  expect(rowOf('dispute', { task_id: taskId })).toMatchObject({
    challenger: worker,
    slot: 2,
    bond: text(reward),
    ruling: 'upheld',
    ...when('closed', redressed),
  })
  expect(rowOf('task_stake', { task_id: taskId, account: requester })).toMatchObject({ burned: text(goldBond) })
  expect(accountOf(asked, 'GoldAuditOpened')).toBe(worker)
  expect(accountOf(asked, 'PanelDrawn')).toBe(worker)
  expect(accountOf(closed, 'GoldAuditClosed')).toBe(requester)
  expect(accountOf(closed, 'GoldOverturned')).toBe(requester)
  expect(accountOf(closed, 'BondBurned')).toBe(requester)
})

describe('anonymous workers', () => {
  const freshOf = (number: number) => lower(fresh[number]?.address ?? '')
  const payoutOf = (number: number) => lower(payouts[number] ?? '')

  test('what the gates ask', () => {
    const { semaphore, reputable, worldId, gateKeys } = run.anonymous
    const terms = { token: null, min_stake: null, root: null, app_id_hash: null, requester: null }
    const unasked = { min_slots: null, min_score_bps: null }
    expect(rowOf('gate_terms', { task_id: semaphore.taskId })).toEqual({
      task_id: semaphore.taskId,
      kind: 'semaphore',
      ...terms,
      ...unasked,
      root: rootOf(groupRoot),
      key_id: gateKeys.group,
    })
    expect(rowOf('gate_terms', { task_id: worldId.taskId })).toEqual({
      task_id: worldId.taskId,
      kind: 'world-id',
      ...terms,
      ...unasked,
      root: rootOf(groupRoot),
      key_id: gateKeys.group,
      app_id_hash: text(appIdHash),
    })
    expect(rowOf('gate_terms', { task_id: reputable.taskId })).toEqual({
      task_id: reputable.taskId,
      kind: 'reputation',
      ...terms,
      key_id: gateKeys.reputation,
      requester,
      min_slots: reputationTerms.minSlots,
      min_score_bps: reputationTerms.minScoreBps,
    })
    for (const [task, kind, event] of [
      [semaphore, 'semaphore', 'SemaphoreGateTermsSet'],
      [worldId, 'world-id', 'WorldIdGateTermsSet'],
      [reputable, 'reputation', 'ReputationGateTermsSet'],
    ] as const) {
      expect(rowOf('task', { id: task.taskId }).gate_kind).toBe(kind)
      expect(accountOf(task.created, event)).toBe(requester)
    }
  })

  test('a relayer is never taken for the worker it brings', () => {
    const { semaphore, reputable, worldId, joined, returned, person, submitted, scored } = run.anonymous
    const brought = (task: { taskId: string }, slot: number, number: number, made: typeof returned) =>
      expect(rowOf('slot', { task_id: task.taskId, number: slot })).toMatchObject({
        worker: freshOf(number),
        payout: payoutOf(number),
        nullifier: pad(`0x${made.nullifier.toString(16)}`),
        relayer: keeper,
        relay_fee: text(relayFee),
        ...when('joined', made.step),
      })
    for (const number of [0, 1, 2]) brought(semaphore, number, number, joined[number] as typeof returned)
    brought(reputable, 0, 3, returned)
    brought(worldId, 0, 4, person)
    for (const step of joined.slice(0, 3)) expect(accountOf(step.step, 'SlotJoined')).not.toBe(keeper)
    // Somebody else sent what it signed: the log names the sender, and the worker as whom it is about.
    const guardian = lower(people.guardian.address)
    for (const [slot, step] of submitted.slice(0, 2).entries()) {
      const row = rowOf('audit_event', { id: eventOf(step, 'LabelsDelivered') })
      expect(row).toMatchObject({ sender: guardian, account: freshOf(slot) })
    }
    // Both relayers of the paid slot are paid out of its reward: who brought it, and who sent what paid it.
    expect(rowOf('slot', { task_id: semaphore.taskId, number: 0 })).toMatchObject({
      state: 'paid',
      ending: 'proven',
      reward: text(reward),
      relayed: text(2n * relayFee),
    })
    expect(accountOf(scored[0]?.step as Step, 'RelayerPaid')).toBe(keeper)
    expect(rowOf('credit', { account: keeper })).toMatchObject({ credited: text(relayFee) })
    const asWorker = (row: Record<string, unknown>) => lower(String(row.worker)) === keeper
    expect((tables.slot ?? []).filter(asWorker)).toEqual([])
  })

  test('nothing that a relayed slot comes to enters a public record', () => {
    const { semaphore, missed } = run.anonymous
    const none = { accepted: 0, unproven: 0, rejected: 0, missed: 0, disputes_lost: 0 }
    const slot = (number: number) => rowOf('slot', { task_id: semaphore.taskId, number })
    expect([0, 1, 2].map((number) => slot(number).ending)).toEqual(['proven', 'rejected', 'missed'])
    expect(slot(2)).toMatchObject(when('ended', missed))
    for (const number of [0, 1, 2, 3, 4]) {
      expect(rowOf('account', { address: freshOf(number) })).toMatchObject(none)
      expect(rowOf('account', { address: payoutOf(number) })).toMatchObject({ ...none, slots_joined: 0, slots_paid: 0 })
    }
    expect(rowOf('account', { address: keeper })).toMatchObject({ ...none, slots_joined: 0, slots_paid: 0 })
  })

  test('one that comes itself is known for what it does, through the same gate', () => {
    const { semaphore, itself } = run.anonymous
    const address = lower(itself.address)
    expect(rowOf('slot', { task_id: semaphore.taskId, number: 3 })).toMatchObject({
      worker: address,
      relayer: null,
      ending: 'proven',
    })
    const proven = (tables.slot ?? []).filter(({ worker, ending }) => worker === address && ending === 'proven')
    expect(rowOf('account', { address })).toMatchObject({ accepted: proven.length })
  })

  test('an accepted slot in the tree of its requester', () => {
    const { semaphore, recorded, commitment, root } = run.anonymous
    const { leaf } = recorded.argsOf<{ leaf: bigint }>('ReputationRecorded')
    expect(tables.reputation_record).toEqual([
      {
        id: eventOf(recorded, 'ReputationRecorded'),
        requester,
        task_id: semaphore.taskId,
        slot: 0,
        leaf: text(leaf),
        commitment: text(commitment),
        score_bps: 10_000,
        position: '0',
        root: text(root),
        timestamp: time(recorded),
        transaction_hash: recorded.hash,
      },
    ])
    expect(accountOf(recorded, 'ReputationRecorded')).toBe(freshOf(0))
  })
})

describe('operations and texts', () => {
  operationTests(
    () => run,
    () => answers,
  )
})

test('every record is the one the chain keeps', async () => {
  const { client, contracts, abiOf } = protocol
  const read = async (functionName: string, address: unknown) =>
    client.readContract({
      address: contracts.taskRegistry,
      abi: abiOf.taskRegistry,
      functionName,
      args: [address],
    } as never)
  const rows = tables.account ?? []
  expect(rows.map(({ address }) => address)).toEqual(expect.arrayContaining([requester, keeper, first, heir]))
  for (const row of rows) {
    const { accepted, unproven, rejected, missed, disputes_lost, paid, refused, silent, bonds_lost } = row
    const asWorker = { accepted, unproven, rejected, missed, disputesLost: disputes_lost }
    expect({ address: row.address, record: await read('recordOf', row.address) }).toEqual({
      address: row.address,
      record: { ...asWorker, paid, refused, silent, bondsLost: bonds_lost },
    })
  }
})
