import { encodeAbiParameters, type Hex, toHex } from 'viem'
import { expect, test } from 'vitest'
import { parameters, people, type Step } from '../support/protocol.js'
import {
  advisory,
  datasetVersion,
  hostileExploit,
  id,
  impossible,
  labelKeys,
  modelVersion,
} from '../support/scenario.js'
import { eventOf, heir, protocol, requester, rowOf, scenario, tables, text, time, when } from './rows.js'

test('verifier keys', () => {
  const { keys, frozen, unborn, exploits } = scenario
  const row = (name: string, key: { keyId: Hex; proposed: Step }, receipts: number) => ({
    id: key.keyId,
    proof_system: protocol.proofSystem,
    development: true,
    manifest_hash: id(name),
    gas_cap: text(BigInt(parameters.verifyGasCap)),
    signal_count: 4,
    key_data: toHex(name),
    depends_on: null,
    dependents: [],
    needs_challenge: labelKeys.includes(name),
    freezable_by_proof: false,
    active_at: time(key.proposed),
    ...when('proposed', key.proposed),
    ...when('activated', null),
    ...when('frozen', null),
    frozen_by: null,
    frozen_from: null,
    frozen_reason: null,
    advisory_id: null,
    advisory_uri: null,
    frozen_exploit: null,
    ...when('dependency_frozen', null),
    receipts,
    event_id: eventOf(key.proposed, 'KeyProposed'),
  })
  const by = people.guardian.address.toLowerCase()
  for (const [name, receipts] of [
    ['agreement', 2],
    ['legality', 3],
    ['score', 2],
    ['statement', 2],
  ] as const) {
    const key = keys[name]
    expect(rowOf('verifier_key', { id: key.keyId })).toEqual({
      ...row(name, key, receipts),
      status: 'active',
      ...when('activated', key.activated),
    })
  }
  expect(rowOf('verifier_key', { id: keys.doomed.keyId })).toEqual({
    ...row('doomed', keys.doomed, 0),
    status: 'frozen',
    ...when('activated', keys.doomed.activated),
    ...when('frozen', frozen),
    frozen_by: by,
    frozen_from: 'active',
    frozen_reason: 'broken <b>circuit</b>',
    advisory_id: advisory.id,
    advisory_uri: advisory.uri,
    frozen_exploit: hostileExploit,
  })
  expect(rowOf('verifier_key', { id: keys.unborn.keyId })).toEqual({
    ...row('unborn', keys.unborn, 0),
    status: 'frozen',
    ...when('frozen', unborn),
    frozen_by: by,
    frozen_from: 'proposed',
    frozen_reason: '',
    frozen_exploit: '0x',
  })

  const { exploited, recorded, silent, proven, followed, proof } = exploits
  const keeper = people.keeper.address.toLowerCase()
  expect(rowOf('verifier_key', { id: exploited.keyId })).toEqual({
    ...row('exploited', exploited, 0),
    status: 'frozen',
    dependents: [recorded.keyId, silent.keyId],
    freezable_by_proof: true,
    ...when('activated', exploited.activated),
    ...when('frozen', proven),
    frozen_by: keeper,
    frozen_from: 'active',
    frozen_reason: 'proof of an impossible statement',
    frozen_exploit: encodeAbiParameters([{ type: 'uint256[]' }, { type: 'bytes' }], [impossible, proof]),
  })
  expect(rowOf('verifier_key', { id: recorded.keyId })).toEqual({
    ...row('recorded', recorded, 0),
    status: 'frozen',
    depends_on: exploited.keyId,
    ...when('activated', recorded.activated),
    ...when('dependency_frozen', proven),
    ...when('frozen', followed),
    frozen_by: keeper,
    frozen_from: 'active',
    frozen_reason: 'the key it depends on is frozen',
    frozen_exploit: exploited.keyId,
  })
  // Nobody recorded it: only its status says so.
  expect(rowOf('verifier_key', { id: silent.keyId })).toEqual({
    ...row('silent', silent, 0),
    status: 'frozen',
    depends_on: exploited.keyId,
    ...when('dependency_frozen', proven),
  })
  expect(tables.verifier_key).toHaveLength(9)
})

test('datasets, their versions and lineage', () => {
  const { datasets } = scenario
  const { datasetId, versionId, secondId, other, registered, second, derived, accepted, pending } = datasets
  expect(rowOf('dataset', { id: datasetId })).toEqual({
    id: datasetId,
    owner: heir,
    pending_owner: null,
    name: 'Digits',
    versions: 2,
    latest_version_id: secondId,
    ...when('registered', registered),
    updated_at: time(accepted),
    event_id: eventOf(registered, 'DatasetRegistered'),
  })
  expect(rowOf('dataset', { id: other.datasetId })).toEqual({
    id: other.datasetId,
    owner: requester,
    pending_owner: heir,
    name: 'Derived',
    versions: 1,
    latest_version_id: other.versionId,
    ...when('registered', derived),
    updated_at: time(pending),
    event_id: eventOf(derived, 'DatasetRegistered'),
  })
  const version = (of: Hex, versionId: Hex, number: number, seed: number, step: Step) => {
    const { root, size, schemaHash, manifestDigest, licence } = datasetVersion(seed)
    expect(rowOf('dataset_version', { id: versionId })).toEqual({
      id: versionId,
      dataset_id: of,
      number,
      root: text(root),
      size: text(size),
      schema_hash: schemaHash,
      manifest_digest: manifestDigest,
      licence,
      ...when('published', step),
      event_id: eventOf(step, 'DatasetVersionPublished'),
    })
  }
  version(datasetId, versionId, 1, 1, registered)
  version(datasetId, secondId, 2, 2, second)
  version(other.datasetId, other.versionId, 1, 3, derived)
  expect(tables.dataset).toHaveLength(2)
  expect(tables.dataset_version).toHaveLength(3)
  expect(tables.dataset_edge).toHaveLength(3)
  expect(tables.dataset_edge).toEqual(
    expect.arrayContaining([
      { child_id: secondId, position: 0, parent_id: versionId },
      { child_id: other.versionId, position: 0, parent_id: versionId },
      { child_id: other.versionId, position: 1, parent_id: secondId },
    ]),
  )
})

test('models, their versions and lineage', () => {
  const { models, datasets, keys } = scenario
  const { modelId, versionId, secondId, registered, second, accepted } = models
  expect(tables.model).toEqual([
    {
      id: modelId,
      owner: heir,
      pending_owner: null,
      name: 'Net',
      versions: 2,
      latest_version_id: secondId,
      ...when('registered', registered),
      updated_at: time(accepted),
      event_id: eventOf(registered, 'ModelRegistered'),
    },
  ])
  for (const [version, number, step] of [
    [versionId, 1, registered],
    [secondId, 2, second],
  ] as const) {
    const { weightsCommitment, architectureHash, manifestDigest, licence } = modelVersion(number, {
      keyIds: [],
      datasets: [],
      parents: [],
    })
    expect(rowOf('model_version', { id: version })).toEqual({
      id: version,
      model_id: modelId,
      number,
      weights_commitment: text(weightsCommitment),
      architecture_hash: architectureHash,
      manifest_digest: manifestDigest,
      licence,
      ...when('published', step),
      event_id: eventOf(step, 'ModelVersionPublished'),
    })
  }
  expect(tables.model_version).toHaveLength(2)
  expect(tables.model_edge).toHaveLength(5)
  expect(tables.model_edge).toEqual(
    expect.arrayContaining([
      { version_id: versionId, kind: 'key', position: 0, target_id: keys.score.keyId },
      { version_id: versionId, kind: 'dataset', position: 0, target_id: datasets.versionId },
      { version_id: secondId, kind: 'dataset', position: 0, target_id: datasets.secondId },
      { version_id: secondId, kind: 'dataset', position: 1, target_id: datasets.other.versionId },
      { version_id: secondId, kind: 'parent', position: 0, target_id: versionId },
    ]),
  )
})
