import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { base16 } from 'multiformats/bases/base16'
import { base36 } from 'multiformats/bases/base36'
import { base58btc } from 'multiformats/bases/base58'
import { base64url } from 'multiformats/bases/base64'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { sql } from 'ponder'
import { type Hex, hexToBytes, keccak256, toHex, zeroAddress, zeroHash } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Indexer } from '../run.js'
import { taskPhases } from '../src/phase.js'
import { wordsOf } from '../src/schema/words.js'
import { startAnvil, testClient } from './support/anvil.js'
import { plansOf } from './support/database.js'
import { indexedUpTo, launch, workspace } from './support/indexer.js'
import { deployProtocol, type Protocol, people } from './support/protocol.js'
import {
  advisory,
  fee,
  gold,
  hostileExploit,
  hostileTitle,
  reward,
  rules,
  runScenario,
  words,
} from './support/scenario.js'

type Json = Record<string, unknown>
type Answer = { status: number; headers: Headers; body: { data: Json; page: Json; indexed: Json; error: Json } }

const origin = 'http://explorer.example'
const space = workspace()
let protocol: Protocol
let scenario: Awaited<ReturnType<typeof runScenario>>
let indexer: Indexer
let stopAnvil: () => Promise<void>

beforeAll(async () => {
  const anvil = await startAnvil()
  stopAnvil = anvil.stop
  protocol = await deployProtocol(testClient(anvil.rpcUrl))
  scenario = await runScenario(protocol)
  const deployment = { ...protocol.deployment, keys: { 'open-gold-scalar-64': scenario.keys.agreement.keyId } }
  indexer = await launch({
    deployment: space.deploymentFile(deployment),
    rpcUrl: anvil.rpcUrl,
    directory: space.directory('api'),
    env: { VERITASK_ORIGIN: origin, VERITASK_TRUST_PROXY: '1', VERITASK_RATE_LIMIT: '2', VERITASK_RATE_BURST: '60' },
  })
  await indexedUpTo(indexer, await protocol.client.getBlockNumber())
})
afterAll(async () => {
  await indexer?.stop()
  await stopAnvil?.()
  space.remove()
})

let visitors = 0
/** Every request from an address of its own, unless it says otherwise, so that tests share no budget. */
async function ask(path: string, init: RequestInit & { from?: string } = {}): Promise<Answer> {
  visitors += 1
  const from = init.from ?? `10.0.${Math.floor(visitors / 250)}.${visitors % 250}`
  const response = await fetch(`${indexer.url}${path}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), 'x-forwarded-for': from },
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] }
}

const get = async (path: string) => {
  const answer = await ask(path)
  expect({ path, status: answer.status, error: answer.body.error }).toEqual({ path, status: 200, error: undefined })
  return answer.body
}
const list = async (path: string) => (await get(path)).data as unknown as Json[]

async function all(path: string): Promise<Json[]> {
  const rows: Json[] = []
  let cursor = ''
  do {
    const body = await get(`${path}${path.includes('?') ? '&' : '?'}limit=2${cursor && `&cursor=${cursor}`}`)
    const page = body.data as unknown as Json[]
    expect(page.length).toBeLessThanOrEqual(2)
    rows.push(...page)
    cursor = (body.page.next as string | null) ?? ''
  } while (cursor)
  return rows
}

describe('status', () => {
  test('says how far the index is and what it serves', async () => {
    const { data, indexed } = await get('/v1/status')
    const block = await protocol.client.getBlock()
    const now = { blockNumber: block.number.toString(), timestamp: block.timestamp.toString() }
    expect(data).toEqual({
      ready: true,
      chainId: 31337,
      indexed: now,
      head: now,
      lag: { blocks: '0', seconds: '0' },
      finality: { blocks: 30, blockNumber: (block.number - 30n).toString() },
      deployment: { ...protocol.deployment, chainId: undefined, keys: expect.anything() },
      counts: { tasks: 9, slots: 14, receipts: 9, keys: 9, datasets: 2, models: 1, disputes: 4, proposals: 4 },
    })
    expect(indexed).toEqual(now)
  })

  test('answers may be read by the explorer only, and are what they say they are', async () => {
    const { headers } = await ask('/v1/status')
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-type')).toMatch('application/json')
    const refused = await ask('/v1/tasks?limit=0')
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin)
  })
})

describe('tasks', () => {
  const idsOf = (rows: Json[]) => rows.map((row) => row.id)

  test('are listed newest first, and pages join without gap or overlap', async () => {
    const { joining, halted, cancelled, hidden, open } = scenario
    const { graded, direct, optimistic, gated } = scenario.market
    const expected = [gated.listed, optimistic, direct, graded, joining, halted, cancelled, hidden, open].map(
      (task) => task.taskId,
    )
    expect(idsOf(await list('/v1/tasks'))).toEqual(expected)
    expect(idsOf(await all('/v1/tasks'))).toEqual(expected)
  })

  test('are filtered', async () => {
    const { joining, halted, cancelled, hidden, open, datasets } = scenario
    const { graded, direct, optimistic, gated } = scenario.market
    const [alice, , carol] = people.workers
    const find = async (query: string) => idsOf(await list(`/v1/tasks?${query}`))
    expect(await find(`requester=${people.requester.address}`)).toHaveLength(9)
    expect(await find(`requester=${people.keeper.address}`)).toEqual([])
    expect(await find(`worker=${alice?.address}`)).toEqual(
      [optimistic, direct, graded, joining, hidden, open].map((task) => task.taskId),
    )
    expect(await find(`worker=${carol?.address}&kind=hidden-gold`)).toEqual([hidden.taskId])
    expect(await find('kind=hidden-gold')).toEqual([hidden.taskId])
    expect(await find('kind=other')).toEqual([graded.taskId])
    expect(await find('kind=direct&gate=allow-list')).toEqual([gated.listed.taskId])
    expect(await find('gate=staked')).toEqual([graded.taskId])
    expect(await find('gate=semaphore')).toEqual([])
    expect(await find('status=completed')).toEqual(
      [optimistic, direct, graded, hidden, open].map((task) => task.taskId),
    )
    expect(await find(`token=${zeroAddress}`)).toHaveLength(9)
    expect(await find(`token=${people.keeper.address}`)).toEqual([])
    expect(await find(`dataset=${datasets.datasetId}`)).toHaveLength(9)
    expect(await find(`dataset=${datasets.secondId}`)).toEqual([hidden.taskId])
    expect(await find('q=GOLD')).toEqual([hidden.taskId, open.taskId])
    expect(await find(`q=${encodeURIComponent('100%_\\')}`)).toEqual([joining.taskId])
    expect(await find('q=%25')).toEqual([joining.taskId])
    expect(await find('q=_')).toEqual([joining.taskId])
    expect(await find('phase=halted')).toEqual([halted.taskId])
    expect(await find('phase=cancelled&status=cancelled')).toEqual([cancelled.taskId])
  })

  test('every phase finds exactly the tasks that say they are in it', async () => {
    const rows = await list('/v1/tasks')
    for (const phase of taskPhases) {
      const expected = idsOf(rows.filter((row) => row.phase === phase))
      expect({ phase, found: idsOf(await list(`/v1/tasks?phase=${phase}`)) }).toEqual({ phase, found: expected })
    }
    expect(rows.map((row) => row.phase)).toEqual([
      ...['joining', 'completed', 'completed', 'completed'],
      ...['joining', 'halted', 'cancelled', 'completed', 'completed'],
    ])
  })

  test('one task with terms, gold, dataset and submissions', async () => {
    const { open, datasets, keys, contracts } = scenario
    const { data } = await get(`/v1/tasks/${open.taskId.toUpperCase().replace('0X', '0x')}`)
    expect(data).toMatchObject({
      id: open.taskId,
      kind: 'open-gold',
      phase: 'completed',
      status: 'completed',
      halted: false,
      settlement: contracts.openGold,
      rewardPerSlot: reward.toString(),
      feePerSlot: fee.toString(),
      escrow: '0',
      slots: 4,
      joined: 3,
      unfilled: 1,
      deadlines: {
        joinBy: open.joinBy.toString(),
        commitBy: open.terms.commitBy.toString(),
        openBy: open.terms.openBy.toString(),
        proveBy: open.terms.proveBy.toString(),
        submitBy: null,
        scoreBy: null,
      },
      nextDeadline: null,
      terms: { rules: rules.toString(), agreementKeyId: keys.agreement.keyId, scoreKeyId: null },
      gold: { salt: gold.salt, mask: ['3'], values: gold.values.map(String) },
      dataset: {
        id: datasets.datasetId,
        name: 'Digits',
        owner: people.heir.address.toLowerCase(),
        version: { id: datasets.versionId, number: 1, size: '10', licence: 'CC-BY-4.0' },
      },
      moreSubmissions: null,
    })
    expect((data.submissions as Json[]).map((slot) => [slot.number, slot.state])).toEqual([
      [0, 'paid'],
      [1, 'paid'],
      [2, 'returned'],
    ])
    expect((data.submissions as Json[])[0]).not.toHaveProperty('ciphertext')
    expect(await all(`/v1/tasks/${open.taskId}/slots`)).toEqual(data.submissions)
    const live = (await get(`/v1/tasks/${scenario.joining.taskId}`)).data
    expect(live).toMatchObject({ nextDeadline: scenario.joining.joinBy.toString(), gold: null })
    expect(live.title).toBe(hostileTitle.replaceAll('\0', '\uFFFD'))
  })

  test('the audit trail is whole, in order, and shows the money that moved with it', async () => {
    const { open } = scenario
    const rows = await all(`/v1/tasks/${open.taskId}/audit`)
    expect(rows.map((row) => row.id)).toEqual(rows.map((row) => row.id as string).sort())
    const names = rows.map((row) => (row.related ? `(${row.name})` : row.name))
    expect(names).toEqual([
      'TaskCreated',
      'TaskSecured',
      'OpenGoldTermsSet',
      ...['SlotJoined', 'SlotJoined', 'SlotJoined'],
      ...[
        'ContentKeyWrapped',
        'ContentKeyWrapped',
        'ContentKeyWrapped',
        'LabelsCommitted',
        'LabelsCommitted',
        'ContentKeyWrapped',
      ],
      'GoldOpened',
      ...['SubmissionRefused', 'SubmissionRefused'],
      ...['ReceiptIssued', 'LabelsDelivered', 'SlotPaid', '(Credited)', '(Credited)', '(Withdrawn)'],
      ...['ReceiptIssued', 'LabelsDelivered', 'SlotPaid', '(Credited)', '(Credited)', '(WithdrawalRefused)'],
      ...['SlotReturned', '(Credited)', 'SlotPassedOver'],
      ...['UnfilledReturned', '(Credited)', 'TaskCompleted'],
    ])
  })
})

describe('other entities', () => {
  test('a submission carries all that is needed to verify it again', async () => {
    const { open, hidden, keys } = scenario
    const { data } = await get(`/v1/slots/${open.taskId}/0`)
    const [made] = open.proved
    expect(data).toMatchObject({
      number: 0,
      state: 'paid',
      wrappedKey: '0xaa',
      delivery: { ephemeralKey: ['5', '6'], ciphertext: words(11).map(String) },
      task: { id: open.taskId, phase: 'completed' },
      terms: { rules: rules.toString() },
      receipts: [
        {
          keyId: keys.agreement.keyId,
          publicSignals: made?.signals.map(String),
          proof: made?.proof,
          key: { id: keys.agreement.keyId, name: 'open-gold-scalar-64', keyData: expect.stringMatching(/^0x/) },
        },
      ],
    })
    const scored = (await get(`/v1/slots/${hidden.taskId}/1`)).data
    expect((scored.receipts as Json[]).map((receipt) => receipt.keyId)).toEqual([keys.legality.keyId, keys.score.keyId])
    expect(scored).toMatchObject({ state: 'returned', agreements: 0, goldCount: 8, passed: false })
    expect((await get(`/v1/slots/${scenario.joining.taskId}/0`)).data).toMatchObject({ delivery: null, receipts: [] })
  })

  test('keys', async () => {
    const { keys, exploits } = scenario
    const { silent, recorded, exploited } = exploits
    const idsOf = (made: readonly { keyId: Hex }[]) => made.map((key) => key.keyId)
    const rows = await all('/v1/keys')
    const frozen = [silent, recorded, exploited, keys.unborn, keys.doomed]
    expect(rows.map((row) => row.id)).toEqual(
      idsOf([...frozen, keys.statement, keys.score, keys.legality, keys.agreement]),
    )
    expect(rows[0]).not.toHaveProperty('keyData')
    expect(rows[0]).not.toHaveProperty('frozenExploit')
    expect((await list('/v1/keys?status=frozen')).map((row) => row.id)).toEqual(idsOf(frozen))
    const { data } = await get(`/v1/keys/${keys.agreement.keyId}`)
    expect(data).toMatchObject({ name: 'open-gold-scalar-64', status: 'active', signalCount: 4, receipts: 2 })
    expect((data.recentReceipts as Json[]).map((receipt) => receipt.slot)).toEqual([1, 0])
    expect((data.recentReceipts as Json[])[0]).not.toHaveProperty('proof')
  })

  test('keys say how they ended: reason and evidence as they were given, or the key they depend on', async () => {
    const { keys, exploits } = scenario
    const { silent, exploited } = exploits
    expect((await get(`/v1/keys/${keys.doomed.keyId}`)).data).toMatchObject({
      proofSystemName: 'mock',
      frozenReason: 'broken <b>circuit</b>',
      advisoryId: advisory.id,
      advisoryUri: advisory.uri,
      frozenExploit: hostileExploit,
      dependsOn: null,
    })
    expect((await get(`/v1/keys/${exploited.keyId}`)).data).toMatchObject({
      freezableByProof: true,
      needsChallenge: false,
      dependents: [exploits.recorded.keyId, silent.keyId],
    })
    expect((await get(`/v1/keys/${silent.keyId}`)).data).toMatchObject({
      status: 'frozen',
      dependsOn: exploited.keyId,
      frozenAt: null,
      dependencyFrozenAt: exploits.proven.timestamp.toString(),
    })
  })

  test('datasets with lineage both ways', async () => {
    const { datasets, models } = scenario
    expect((await all('/v1/datasets')).map((row) => row.name)).toEqual(['Derived', 'Digits'])
    expect(await list(`/v1/datasets?owner=${people.heir.address}&q=digit`)).toHaveLength(1)
    const { data } = await get(`/v1/datasets/${datasets.datasetId}`)
    const [second, first] = data.versionList as Json[]
    const derived = {
      datasetId: datasets.other.datasetId,
      versionId: datasets.other.versionId,
      number: 1,
      name: 'Derived',
    }
    const digits = (versionId: Hex, number: number) => ({
      datasetId: datasets.datasetId,
      versionId,
      number,
      name: 'Digits',
    })
    const net = (versionId: Hex, number: number) => ({ modelId: models.modelId, versionId, number, name: 'Net' })
    expect(first).toMatchObject({
      number: 1,
      parents: [],
      children: [derived, digits(datasets.secondId, 2)],
      models: [net(models.versionId, 1)],
    })
    expect(second).toMatchObject({
      number: 2,
      parents: [digits(datasets.versionId, 1)],
      children: [derived],
      models: [net(models.secondId, 2)],
    })
  })

  test('models with lineage both ways', async () => {
    const { models, datasets, keys } = scenario
    expect((await all('/v1/models')).map((row) => row.id)).toEqual([models.modelId])
    const { data } = await get(`/v1/models/${models.modelId}`)
    const [second, first] = data.versionList as Json[]
    const net = (versionId: Hex, number: number) => ({ modelId: models.modelId, versionId, number, name: 'Net' })
    expect(first).toMatchObject({ keyIds: [keys.score.keyId], parents: [], children: [net(models.secondId, 2)] })
    expect(second).toMatchObject({ keyIds: [], parents: [net(models.versionId, 1)], children: [] })
    expect(((second as Json).datasets as Json[]).map((dataset) => dataset.versionId)).toEqual([
      datasets.secondId,
      datasets.other.versionId,
    ])
  })

  test('accounts', async () => {
    const { contracts } = scenario
    const { data } = await get(`/v1/accounts/${contracts.datasetRegistry}`)
    expect(data).toMatchObject({
      address: contracts.datasetRegistry,
      credits: [{ token: zeroAddress, balance: reward.toString(), refusals: 1 }],
      payments: [{ kind: 'refusal' }, { kind: 'credit', amount: reward.toString() }],
      slots: [],
    })
    const worker = (await get(`/v1/accounts/${people.workers[0]?.address}`)).data
    expect(worker).toMatchObject({ slotsJoined: 6, slotsPaid: 5, accepted: 5 })
    expect((worker.slots as Json[]).map((slot) => slot.state)).toEqual([
      'paid',
      'paid',
      'paid',
      'joined',
      'paid',
      'paid',
    ])
  })
})

describe('search', () => {
  const search = async (q: string) =>
    (await get(`/v1/search?q=${encodeURIComponent(q)}`)).data as {
      hits: Json[]
      more: boolean
      readAs: string[]
      problem: string | null
    }
  const find = async (q: string) => (await search(q)).hits.map((hit) => `${hit.kind} ${hit.id} by ${hit.matched}`)
  const digest = (name: string) => keccak256(toHex(name))

  test('finds everything by its id, in any case, with and without 0x', async () => {
    const { open, datasets, models, keys } = scenario
    const found: [string, Hex][] = [
      ['task', open.taskId],
      ['dataset', datasets.datasetId],
      ['datasetVersion', datasets.secondId],
      ['model', models.modelId],
      ['modelVersion', models.versionId],
      ['key', keys.agreement.keyId],
    ]
    for (const [kind, id] of found) {
      const hits = [`${kind} ${id} by id`]
      expect(await find(id)).toEqual(hits)
      expect(await find(`  ${id.slice(2).toUpperCase()}\n`)).toEqual(hits)
      expect(await find(BigInt(id).toString())).toEqual(hits)
    }
    const [receipt] = ((await list(`/v1/slots/${open.taskId}/0`)) as unknown as { receipts: Json[] }).receipts
    expect((await search(receipt?.id as string)).hits).toEqual([
      { kind: 'receipt', id: receipt?.id, matched: 'id', title: 'open gold', taskId: open.taskId, slot: 0 },
    ])
    const [proposal] = await list('/v1/proposals')
    expect(await find(proposal?.id as string)).toEqual([`proposal ${proposal?.id} by id`])
    expect(
      await find(
        `0x${BigInt(proposal?.id as string)
          .toString(16)
          .padStart(64, '0')}`,
      ),
    ).toEqual([`proposal ${proposal?.id} by id`])
    const [operation] = await list('/v1/operations')
    expect((await search(operation?.id as string)).hits).toMatchObject([
      { kind: 'operation', id: operation?.id, proposalId: operation?.proposalId },
    ])
  })

  test('finds by the beginning of an id, and by its beginning and end as pages show it', async () => {
    const { taskId } = scenario.open
    expect(await find(taskId.slice(0, 10))).toEqual([`task ${taskId} by id`])
    expect(await find(`${taskId.slice(0, 10)}…`)).toEqual([`task ${taskId} by id`])
    expect(await find(`${taskId.slice(0, 6)}…${taskId.slice(-4)}`)).toEqual([`task ${taskId} by id`])
    expect(await find(`${taskId.slice(0, 6)}...${taskId.slice(-4)}`)).toEqual([`task ${taskId} by id`])
    expect(await find(`${taskId.slice(0, 6)}…00000`)).toEqual([])
    const worker = people.workers[0]?.address.toLowerCase() ?? ''
    expect((await search(worker.slice(0, 12))).hits).toMatchObject([{ kind: 'account', id: worker }])
    const { hash } = scenario.datasets.registered
    expect(await find(hash.slice(0, 12))).toEqual([`transaction ${hash} by id`])
    expect(await search('0x12345')).toMatchObject({ hits: [], problem: expect.stringContaining('at least 6') })
  })

  test('finds an account in every role, and the contract or token behind an address', async () => {
    const rolesOf = async (address: string) => (await search(address)).hits.find((hit) => hit.kind === 'account')?.roles
    const [worker] = people.workers
    expect(await rolesOf(worker?.address ?? '')).toEqual(expect.arrayContaining(['worker', 'payout']))
    expect(await rolesOf(people.requester.address)).toEqual(expect.arrayContaining(['requester', 'owner', 'staker']))
    expect(await rolesOf(people.heir.address)).toEqual(expect.arrayContaining(['owner']))
    expect(await rolesOf(`eip155:31337:${people.heir.address}`)).toEqual(expect.arrayContaining(['owner']))
    const [voting] = await list('/v1/voters')
    expect(await rolesOf(voting?.address as string)).toContain('voter')
    const [listed] = await list('/v1/proposals')
    expect(await rolesOf(listed?.proposer as string)).toEqual(expect.arrayContaining(['voter', 'proposer']))
    expect(await find(scenario.contracts.taskRegistry)).toEqual([
      `contract ${scenario.contracts.taskRegistry} by address`,
    ])
    expect(await find(`0x${'12'.repeat(20)}`)).toEqual([])
  })

  test('finds contents by their digest and by every form of their identifier', async () => {
    const { datasets, models, open, keys } = scenario
    const manifest = digest('manifest 1')
    const hit = [`datasetVersion ${datasets.versionId} by manifest`]
    const multihash = Digest.create(0x12, hexToBytes(manifest))
    const cid = CID.createV1(0x70, multihash)
    const v0 = CID.createV0(multihash).toString()
    const forms = [
      manifest,
      `sha256:${manifest.slice(2)}`,
      `0x1220${manifest.slice(2)}`,
      v0,
      cid.toString(),
      cid.toString().toUpperCase(),
      cid.toString(base58btc),
      cid.toString(base36),
      cid.toString(base16),
      cid.toString(base64url),
      CID.createV1(0x55, multihash).toString(),
      `ipfs://${cid}`,
      `ipfs://${v0}/manifest.json`,
      `/ipfs/${cid}`,
      `https://ipfs.example/ipfs/${v0}?format=raw`,
      `https://${cid}.ipfs.example/manifest.json`,
    ]
    for (const form of forms) expect({ form, hits: await find(form) }).toEqual({ form, hits: hit })
    expect(await find(digest('schema 2'))).toEqual([`datasetVersion ${datasets.secondId} by schema`])
    expect(await find('1002')).toEqual([`datasetVersion ${datasets.secondId} by commitment`])
    expect(await find('2001')).toEqual([`modelVersion ${models.versionId} by commitment`])
    expect(await find(digest('architecture 2'))).toEqual([`modelVersion ${models.secondId} by architecture`])
    expect(await find(digest('bill of materials 1'))).toEqual([`modelVersion ${models.versionId} by manifest`])
    expect(await find(digest('agreement'))).toEqual([`key ${keys.agreement.keyId} by manifest`])
    expect(await find(open.request.payloadDigest)).toEqual([`task ${open.taskId} by payload`])
    const { data } = await get(`/v1/tasks/${open.taskId}`)
    expect(await find(data.termsHash as string)).toEqual([`task ${open.taskId} by terms`])
  })

  test('finds words at the beginning of words, whatever stands between them', async () => {
    const { open, hidden, joining, datasets, models, keys } = scenario
    expect(await find('GOLD')).toEqual([
      `task ${hidden.taskId} by title`,
      `task ${open.taskId} by title`,
      ...goldNames(),
    ])
    expect(await find('gol op')).toEqual([
      `task ${open.taskId} by title`,
      `key ${keys.agreement.keyId} by name`,
      `contract ${scenario.contracts.openGold} by name`,
    ])
    expect(await find('open-gold-scalar')).toEqual([`key ${keys.agreement.keyId} by name`])
    expect(await find('drop (table)')).toEqual([`task ${joining.taskId} by title`])
    expect(await find('éé')).toEqual([`task ${joining.taskId} by title`])
    expect(await find('digit')).toEqual([`dataset ${datasets.datasetId} by name`])
    expect(await find('Net')).toEqual([`model ${models.modelId} by name`])
    expect(await find('old')).toEqual([])
  })
  const goldNames = () => [
    `key ${scenario.keys.agreement.keyId} by name`,
    ...['openGold', 'hiddenGold', 'goldAudit'].map(
      (name) => `contract ${protocol.deployment.contracts[name as 'openGold']} by name`,
    ),
  ]

  test('an address of the explorer leads to what it shows', async () => {
    const { taskId } = scenario.open
    expect(await find(`https://explorer.example/tasks/${taskId}/slots/0`)).toEqual([`task ${taskId} by id`])
    expect(await find(`/tasks/${taskId}`)).toEqual([`task ${taskId} by id`])
  })

  test.each([
    ['a wildcard', '%%%', 'no letter'],
    ['another wildcard', '___', 'no letter'],
    ['operators of a text query', "'&|!():*<->", 'no letter'],
    ['a picture', '🙂🙂', 'no letter'],
    ['a right-to-left override', '\u202e', 'no letter'],
    ['no hexadecimal', '0xnothing', 'hexadecimal digits'],
    ['too many digits', `0x${'ab'.repeat(33)}`, 'too many'],
    ['the zero id', zeroHash, 'stands for nothing'],
    ['the zero address', zeroAddress, 'native coin'],
    ['half an identifier', 'bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb', 'cut off or mistyped'],
    ['an old identifier with a letter changed', `Qm${'0'.repeat(44)}`, 'cut off or mistyped'],
    ['an identifier of nothing', 'ipfs://nothing', 'cut off or mistyped'],
    [
      'an identifier under another hash',
      CID.createV1(0x70, Digest.create(0x1b, new Uint8Array(32))).toString(),
      'another hash than sha2-256',
    ],
  ])('says of %s why it finds nothing', async (_name, q, problem) => {
    expect(await search(q)).toMatchObject({ hits: [], more: false, problem: expect.stringContaining(problem) })
  })

  test.each([
    ['SQL', "'; drop table task; --"],
    ['a query with an operator', 'gold & !open | <-> :*'],
    ['a quote', "o'brien"],
    ['a backslash', 'a\\b'],
    ['many words', 'word '.repeat(100)],
    ['a very long word', 'x'.repeat(500)],
    ['a very long number', '9'.repeat(500)],
    ['a number above all ids', (2n ** 256n).toString()],
    ['letters of other scripts', '数字 цифры أرقام ଅଙ୍କ'],
  ])('takes %s as text', async (_name, q) => {
    const { status } = await ask(`/v1/search?q=${encodeURIComponent(q)}`)
    expect(status).toBe(200)
  })

  test('takes bytes that are no text as text with a hole', async () => {
    expect((await ask('/v1/search?q=%ED%A0%80gold%FF')).status).toBe(200)
    expect((await ask('/v1/search?q=%zz')).status).toBe(200)
  })

  test('answers a bounded list, and says that there is more', async () => {
    const { hits, more } = await search('o')
    expect(hits.filter((hit) => hit.kind === 'task').length).toBeLessThanOrEqual(10)
    expect(typeof more).toBe('boolean')
  })
})

describe('transactions', () => {
  test('a search for a transaction leads to it, and it says what it did and to what', async () => {
    const { open, datasets } = scenario
    const { hash } = open.created
    const { data } = await get(`/v1/search?q=${hash}`)
    expect(data.hits).toEqual([
      {
        kind: 'transaction',
        id: hash,
        matched: 'id',
        title: null,
        events: 3,
        timestamp: open.created.timestamp.toString(),
      },
    ])
    expect((await get(`/v1/transactions/${hash}`)).data).toMatchObject({
      hash,
      sender: people.requester.address.toLowerCase(),
      blockNumber: open.created.blockNumber.toString(),
      timestamp: open.created.timestamp.toString(),
      events: 3,
      subjects: [{ kind: 'task', id: open.taskId, title: 'open gold' }],
    })
    const events = await all(`/v1/transactions/${hash}/events`)
    expect(events.map((event) => [event.name, event.taskId])).toEqual([
      ['TaskCreated', open.taskId],
      ['TaskSecured', open.taskId],
      ['OpenGoldTermsSet', open.taskId],
    ])
    expect((await get(`/v1/transactions/${datasets.second.hash}`)).data.subjects).toMatchObject([
      { kind: 'dataset', id: datasets.datasetId, title: 'Digits' },
    ])
  })

  test('one that did nothing here is not known', async () => {
    for (const path of ['', '/events']) {
      const answer = await ask(`/v1/transactions/0x${'12'.repeat(32)}${path}`)
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found'])
    }
  })
})

describe('lists', () => {
  const idsOf = (rows: Json[]) => rows.map((row) => row.id)

  test('come by ids, those that do not exist left out', async () => {
    const { open, hidden, datasets, models, keys } = scenario
    const missing = `0x${'12'.repeat(32)}`
    const some = (...ids: string[]) => ids.join(',')
    expect(idsOf(await list(`/v1/tasks?ids=${some(open.taskId, missing, hidden.taskId, open.taskId)}`))).toEqual([
      hidden.taskId,
      open.taskId,
    ])
    expect(idsOf(await list(`/v1/tasks?ids=${open.taskId}&kind=hidden-gold`))).toEqual([])
    expect(idsOf(await list(`/v1/datasets?ids=${some(datasets.datasetId, missing)}`))).toEqual([datasets.datasetId])
    expect(idsOf(await list(`/v1/models?ids=${models.modelId}`))).toEqual([models.modelId])
    expect(idsOf(await list(`/v1/keys?ids=${some(keys.score.keyId, keys.legality.keyId)}`))).toEqual([
      keys.score.keyId,
      keys.legality.keyId,
    ])
    const { page } = await get(
      `/v1/tasks?ids=${some(
        ...Array(60)
          .fill(0)
          .map((_, n) => `0x${n.toString().padStart(64, '0')}`),
      )}`,
    )
    expect(page.limit).toBe(60)
  })

  test('count the rows of a filter when that is asked for', async () => {
    const total = async (query: string) => (await get(`/v1/tasks?limit=1&${query}`)).page.total
    expect(await total('')).toBeUndefined()
    expect(await total('total=true')).toBe(9)
    expect(await total('total=true&phase=halted')).toBe(1)
    expect(await total(`total=true&dataset=${scenario.datasets.secondId}`)).toBe(1)
    const first = await get('/v1/tasks?limit=2&total=true&kind=open-gold')
    const next = await get(`/v1/tasks?limit=2&total=true&kind=open-gold&cursor=${first.page.next}`)
    expect(next.page.total).toBe(first.page.total)
  })

  test('are sorted by reward and by the next deadline, page by page', async () => {
    const rows = await list('/v1/tasks')
    const newestFirst = (a: Json, b: Json) => rows.indexOf(a) - rows.indexOf(b)
    const by = (value: (row: Json) => number) => (a: Json, b: Json) => value(a) - value(b) || newestFirst(a, b)
    const byReward = rows.toSorted(by((row) => -Number(row.rewardPerSlot)))
    expect(idsOf(await all(`/v1/tasks?token=${zeroAddress}&sort=reward`))).toEqual(idsOf(byReward))
    const byDeadline = rows.filter((row) => row.nextDeadline !== null).toSorted(by((row) => Number(row.nextDeadline)))
    expect(byDeadline.length).toBeGreaterThan(1)
    expect(idsOf(await all('/v1/tasks?sort=deadline'))).toEqual(idsOf(byDeadline))
    expect((await get('/v1/tasks?sort=deadline&total=true')).page.total).toBe(byDeadline.length)
    expect(idsOf(await all('/v1/tasks?sort=newest'))).toEqual(idsOf(rows))
  })

  test('say how many tasks label each version of a dataset', async () => {
    const { data } = await get(`/v1/datasets/${scenario.datasets.datasetId}`)
    expect((data.versionList as Json[]).map((version) => version.tasks)).toEqual([1, 8])
  })
})

describe('bad requests', () => {
  const missing = `0x${'12'.repeat(32)}`

  test.each([
    ['/v1/tasks?limit=0', 400, 'invalid_parameter'],
    ['/v1/tasks?limit=101', 400, 'invalid_parameter'],
    ['/v1/tasks?limit=1&limit=2', 400, 'invalid_parameter'],
    ['/v1/tasks?order=asc', 400, 'invalid_parameter'],
    ['/v1/tasks?__proto__=1', 400, 'invalid_parameter'],
    ['/v1/tasks?phase=done', 400, 'invalid_parameter'],
    ['/v1/tasks?kind=majority', 400, 'invalid_parameter'],
    ["/v1/tasks?requester=0x' or 1=1 --", 400, 'invalid_parameter'],
    ['/v1/tasks?cursor=MScgb3IgMT0x', 400, 'invalid_parameter'],
    ['/v1/tasks?q=', 400, 'invalid_parameter'],
    ['/v1/tasks?ids=', 400, 'invalid_parameter'],
    ['/v1/tasks?ids=0x12', 400, 'invalid_parameter'],
    [`/v1/tasks?ids=${`${missing},`.repeat(100)}${missing}`, 400, 'invalid_parameter'],
    ['/v1/tasks?total=yes', 400, 'invalid_parameter'],
    ['/v1/tasks?sort=oldest', 400, 'invalid_parameter'],
    ['/v1/tasks?sort=reward', 400, 'invalid_parameter'],
    ['/v1/tasks?sort=deadline&cursor=MTIz', 400, 'invalid_parameter'],
    ['/v1/tasks?sort=deadline&cursor=ZGVhZGxpbmUuMS4xJyBvciAx', 400, 'invalid_parameter'],
    [`/v1/tasks?token=${zeroAddress}&sort=reward&cursor=ZGVhZGxpbmUuMS4x`, 400, 'invalid_parameter'],
    ['/v1/search', 400, 'invalid_parameter'],
    ['/v1/search?q=', 400, 'invalid_parameter'],
    ['/v1/search?q=%20%20', 400, 'invalid_parameter'],
    ['/v1/search?q=%00', 400, 'invalid_parameter'],
    [`/v1/search?q=${'a'.repeat(513)}`, 400, 'invalid_parameter'],
    ['/v1/search?q=a&q=b', 400, 'invalid_parameter'],
    ['/v1/search?q=a&kind=task', 400, 'invalid_parameter'],
    ['/v1/transactions/0x12', 400, 'invalid_parameter'],
    ['/v1/tasks?q=%00', 400, 'invalid_parameter'],
    [`/v1/tasks?q=${'a'.repeat(129)}`, 400, 'invalid_parameter'],
    ['/v1/tasks/0x12', 400, 'invalid_parameter'],
    ['/v1/tasks/%27%3Bdrop%20table%20task', 400, 'invalid_parameter'],
    [`/v1/tasks/${missing}`, 404, 'not_found'],
    [`/v1/tasks/${missing}/slots`, 404, 'not_found'],
    [`/v1/tasks/${missing}/audit`, 404, 'not_found'],
    [`/v1/slots/${missing}/0`, 404, 'not_found'],
    [`/v1/slots/${missing}/-1`, 400, 'invalid_parameter'],
    [`/v1/slots/${missing}/99999999999`, 400, 'invalid_parameter'],
    [`/v1/keys/${missing}`, 404, 'not_found'],
    [`/v1/datasets/${missing}`, 404, 'not_found'],
    [`/v1/models/${missing}`, 404, 'not_found'],
    [`/v1/accounts/0x${'12'.repeat(20)}`, 404, 'not_found'],
    ['/v1/accounts/nobody', 400, 'invalid_parameter'],
    ['/v1/nothing', 404, 'not_found'],
    ['/v2/tasks', 404, 'not_found'],
    ['/sql', 404, 'not_found'],
    ['/sql/db?sql=select+1', 404, 'not_found'],
    ['/', 404, 'not_found'],
  ])('%s', async (path, status, code) => {
    const answer = await ask(path)
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: { error: { code, message: expect.any(String), hint: expect.any(String) } },
    })
  })

  test('a search for SQL finds the task with that title, and the table is still there', async () => {
    const rows = await list(`/v1/tasks?q=${encodeURIComponent("'; drop table task; --")}`)
    expect(rows).toHaveLength(1)
    expect(await list('/v1/tasks')).toHaveLength(9)
  })

  test('nothing can be written', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, body } = await ask('/v1/tasks', { method })
      expect([method, status, body.error.code]).toEqual([method, 405, 'method_not_allowed'])
    }
    for (const path of ['/sql/db', '/sql/live']) expect((await ask(path, { method: 'POST' })).status).toBe(404)
  })
})

describe('GraphQL', () => {
  const post = (body: unknown, raw = JSON.stringify(body)) =>
    ask('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: raw })

  test('answers nested queries', async () => {
    const query = `query($id: String!) {
      task(id: $id) { title terms { rules } datasetVersion { dataset { name } }
        taken(limit: 5, orderBy: "number") { totalCount items { state receipts(limit: 2) { items { keyId } } } } }
    }`
    const { status, body } = await post({ query, variables: { id: scenario.open.taskId } })
    expect(status).toBe(200)
    expect((body.data as { task: Json }).task).toMatchObject({
      title: 'open gold',
      terms: { rules: rules.toString() },
      datasetVersion: { dataset: { name: 'Digits' } },
      taken: {
        totalCount: 3,
        items: [
          { state: 'paid', receipts: { items: [{ keyId: scenario.keys.agreement.keyId }] } },
          { state: 'paid' },
          { state: 'returned', receipts: { items: [] } },
        ],
      },
    })
  })

  test('refuses what costs too much, before it runs', async () => {
    for (const [query, code, status] of [
      [
        `{ ${['a', 'b', 'c', 'd', 'e'].map((name) => `${name}: tasks(limit: 1) { items { id } }`).join(' ')} }`,
        'query_too_costly',
        400,
      ],
      ['{ tasks(limit: 1000) { items { id } } }', 'query_too_costly', 400],
      ['{ tasks(limit: 100) { items { taken(limit: 100) { items { number } } } } }', 'query_too_costly', 400],
      ['{ __schema { types { fields { type { fields { name } } } } } }', 'invalid_query', 400],
      [`{ tasks { items { ${'id '.repeat(5000)} } } }`, 'too_large', 413],
    ] as const) {
      const answer = await post({ query })
      expect([answer.status, answer.body.error.code]).toEqual([status, code])
    }
    expect((await post(null, 'not json')).body.error.code).toBe('invalid_query')
    expect((await post([{ query: '{ tasks { items { id } } }' }])).body.error.code).toBe('invalid_query')
  })

  test('an endless body is cut off', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull: async (controller) => {
        await new Promise((resolve) => setTimeout(resolve, 1))
        sent += 1
        controller.enqueue(new Uint8Array(1024))
      },
    })
    const outcome = await ask('/graphql', { method: 'POST', body: endless, duplex: 'half' } as RequestInit).then(
      ({ status }) => status,
      () => 'connection closed',
    )
    expect([413, 'connection closed']).toContain(outcome)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const taken = sent
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(sent).toBe(taken)
    expect((await ask('/v1/status')).status).toBe(200)
  })

  test('errors tell nothing about the inside', async () => {
    const { body } = await post({ query: '{ tasks(limit: 1, orderBy: "nothing") { items { id } } }' })
    expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts|stack|select/)
    const unknown = await post({ query: '{ tasks { items { nothing } } }' })
    expect(unknown.body).toMatchObject({ errors: [{ message: expect.stringContaining('nothing') }] })
  })

  test('GET returns the schema, and no page that loads scripts from elsewhere', async () => {
    const response = await fetch(`${indexer.url}/graphql`)
    expect(response.headers.get('content-type')).toMatch('text/plain')
    expect(await response.text()).toContain('type task {')
    expect((await ask('/graphql', { method: 'PUT' })).status).toBe(405)
  })
})

describe('live updates', () => {
  async function listen(from: string) {
    const controller = new AbortController()
    const response = await fetch(`${indexer.url}/v1/live`, {
      signal: controller.signal,
      headers: { 'x-forwarded-for': from },
    })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let buffer = ''
    return {
      response,
      close: () => controller.abort(),
      next: async (): Promise<{ blockNumber: string; timestamp: string }> => {
        while (!buffer.includes('\n\n')) {
          const part = await reader?.read()
          if (!part || part.done) throw new Error('the stream ended')
          buffer += part.value
        }
        const [event = ''] = buffer.split('\n\n', 1)
        buffer = buffer.slice(event.length + 2)
        expect(event).toMatch(/^event: block\ndata: /)
        return JSON.parse(event.split('data: ')[1] as string)
      },
    }
  }

  test('tell the indexed block at once and whenever it moves', async () => {
    const { client } = protocol
    const stream = await listen('192.0.2.1')
    expect(stream.response.headers.get('content-type')).toMatch('text/event-stream')
    expect(stream.response.headers.get('access-control-allow-origin')).toBe(origin)
    expect((await stream.next()).blockNumber).toBe((await client.getBlockNumber()).toString())
    await client.mine({ blocks: 1 })
    const block = await client.getBlock()
    expect(await stream.next()).toEqual({ blockNumber: block.number.toString(), timestamp: block.timestamp.toString() })
    stream.close()
  })

  test('are bounded per address, and a closed one makes room', async () => {
    const streams = await Promise.all(Array.from({ length: 8 }, () => listen('192.0.2.2')))
    for (const stream of streams) await stream.next()
    const refused = await ask('/v1/live', { from: '192.0.2.2' })
    expect([refused.status, refused.body.error.code]).toEqual([503, 'too_many_connections'])
    const other = await listen('192.0.2.3')
    await other.next()
    other.close()
    streams[0]?.close()
    await expect
      .poll(async () => {
        const again = await listen('192.0.2.2')
        again.close()
        return again.response.status
      })
      .toBe(200)
    for (const stream of streams) stream.close()
  })
})

test('one address cannot take everything', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => ask('/v1/keys?limit=1', { from: '198.51.100.1' })),
  )
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(60)
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(refused[0]?.body.error.code).toBe('rate_limited')
  expect((await ask('/v1/keys', { from: '198.51.100.2' })).status).toBe(200)
})

test('a chain that stops answering is said, and the index is still served', async () => {
  await stopAnvil()
  stopAnvil = async () => {}
  await expect
    .poll(async () => (await get('/v1/status')).data, { timeout: 10_000 })
    .toMatchObject({
      ready: false,
      head: null,
      lag: null,
      finality: { blocks: 30, blockNumber: null },
    })
  expect(await list('/v1/tasks')).toHaveLength(9)
})

/** Last: it ends the indexer to read what it wrote. */
test('no search walks a table: there is an index for each of its conditions', async () => {
  await indexer.stop()
  const conditions: Record<string, readonly string[]> = {
    task: ['id', 'payload_digest', 'terms_hash', 'dataset_id', 'dataset_version_id'],
    terms: ['publication_manifest_digest'],
    dataset: ['id'],
    dataset_version: ['id', 'manifest_digest', 'schema_hash', 'root', 'dataset_id'],
    model: ['id'],
    model_version: ['id', 'manifest_digest', 'architecture_hash', 'weights_commitment'],
    verifier_key: ['id', 'manifest_hash'],
    receipt: ['id'],
    operation: ['id'],
    proposal: ['id'],
    account: ['address'],
    voter: ['address'],
    slot: ['payout', 'relayer'],
    stake: ['account'],
    dispute: ['challenger'],
    consensus: ['version_id'],
    audit_event: ['transaction_hash'],
  }
  const numbers = ['root', 'weights_commitment']
  const statements = Object.entries(conditions).flatMap(([table, columns]) =>
    columns.flatMap((column) => {
      const isNumber = numbers.includes(column) || (table === 'proposal' && column === 'id')
      const [low, high] = isNumber ? ['1', '2'] : [`'0x1'`, `'0x2'`]
      return [`${table} where ${column} = ${low}`, `${table} where ${column} between ${low} and ${high}`]
    }),
  )
  const { PgDialect } = createRequire(fileURLToPath(import.meta.resolve('ponder')))('drizzle-orm/pg-core')
  const texts = { task: 'title', dataset: 'name', model: 'name', proposal: 'description' }
  const searches = Object.entries(texts).map(([table, column]) => {
    const words = new PgDialect().sqlToQuery(wordsOf(sql.identifier(column) as never)).sql
    return `${table} where ${words} @@ to_tsquery('simple', '''gold'':*')`
  })
  const plans = await plansOf(space.directory('api'), [...statements, ...searches])
  expect(plans.filter(({ plan }) => plan.includes('Seq Scan')).map(({ from }) => from)).toEqual([])
  // The check checks: there is no index for this one.
  const [control] = await plansOf(space.directory('api'), ["task where treasury = '0x1'"])
  expect(control?.plan).toContain('Seq Scan')
})
