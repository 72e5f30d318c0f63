import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as snarkjs from 'snarkjs'
import { concatHex, type Hex, parseEther, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  leanPath,
  leanRoot,
  reputationGateData,
  semaphoreCommitment,
  semaphoreGateData,
  vkeyToKeyData,
  worldIdExternalNullifier,
  worldIdGateData,
  worldIdHash,
} from '../core.js'
import { verifierKeyRegistryAbi } from '../generated/abis.js'
import { accountAt, registerSample, type Sample, startChain, type TestChain, taskParameters } from '../testing/chain.js'
import { runCli } from '../testing/cli.js'
import { root, rpc } from '../testing/foundry.js'
import { proveSemaphore, semaphoreArtifacts, semaphoreKey } from '../testing/semaphore.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 400_000 })

const DEPTH = 3
const RELAY_FEE = parseEther('0.001')
const SECRETS = [1001n, 1002n, 1003n]
const MEMBERS = SECRETS.map(semaphoreCommitment)
const RELAYER = 1
/** With coins, and with the state directory of the anonymous person. */
const NAMED = 2

let chain: TestChain
let sample: Sample
let home: string
let keyId: Hex

async function run(args: readonly string[], who: string | number) {
  const env = {
    VERITASK_RPC_URL: chain.url,
    VERITASK_DEPLOYMENT: 'deployment.json',
    VERITASK_STORE: chain.directory,
    VERITASK_STATE: who === RELAYER ? 'state-relayer' : 'state',
    VERITASK_ARTIFACTS: join(root, 'circuits', 'build'),
    VERITASK_PRIVATE_KEY_FILE: `key-${who}.json`,
    VERITASK_PASSPHRASE: 'correct horse',
  }
  const { code, stdout, stderr } = await runCli([...args, '--json'], { cwd: home, env })
  return { code, stdout, stderr, data: JSON.parse(stdout) }
}

/** A command that must succeed. */
async function done(args: readonly string[], who: string | number) {
  const { code, data, stderr } = await run(args, who)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${JSON.stringify(data)} ${stderr}`)
  return data
}

/** The key file of an account that nobody has seen, and that never holds a coin. */
async function fresh(name: string) {
  const privateKey = generatePrivateKey()
  await writeFile(join(home, `key-${name}.json`), JSON.stringify({ privateKey }))
  return privateKeyToAccount(privateKey).address
}

async function registerSemaphoreKey(): Promise<Hex> {
  const { verifierKeyRegistry } = chain.deployment.contracts
  const contract = { address: verifierKeyRegistry, abi: verifierKeyRegistryAbi } as const
  const { keyId: made, ...call } = chain.requester.encodeProposeKey({
    keyData: vkeyToKeyData(await semaphoreKey(DEPTH)),
    manifestHash: `0x${'0'.repeat(64)}`,
    development: true,
    needsChallenge: false,
    freezableByProof: true,
  })
  await chain.govern(call)
  const hash = await chain.requester.writeContract({ ...contract, functionName: 'activate', args: [made] })
  await chain.requester.waitForTransactionReceipt({ hash })
  return made
}

async function createFor(gate: 'semaphore' | 'reputation' | 'worldId', gateData: Hex) {
  const asked = { gate: { gate: chain.deployment.gates[gate]!, gateData, minAnonymity: 1 } }
  return chain.requester.createTask(await taskParameters(chain, sample, 'open-gold', asked))
}

const groupTask = () => createFor('semaphore', semaphoreGateData({ keyId, merkleRoot: leanRoot(MEMBERS)! }))
const reputationTask = () => {
  const terms = { requester: accountAt(0).address, minSlots: 1, minScoreBps: 7000 }
  return createFor('reputation', reputationGateData({ keyId: chain.deployment.keys['reputation-5']!, ...terms }))
}

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  keyId = await registerSemaphoreKey()
  home = await mkdtemp(join(tmpdir(), 'veritask-anonymous-'))
  await writeFile(join(home, 'deployment.json'), JSON.stringify(chain.deployment))
  for (const index of [RELAYER, NAMED]) {
    const privateKey = toHex(accountAt(index).getHdKey().privateKey!)
    await writeFile(join(home, `key-${index}.json`), JSON.stringify({ privateKey }))
  }
  await writeFile(join(home, 'identity.json'), JSON.stringify({ secretScalar: String(SECRETS[1]) }))
  await writeFile(join(home, 'group.txt'), MEMBERS.join('\n'))
  const lines = sample.truth.map((label, item) => JSON.stringify({ item, label: `#${label}` }))
  await writeFile(join(home, 'labels.jsonl'), lines.join('\n'))
}, 240_000)
afterAll(async () => {
  await chain?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

/** Counts down from 160,000 in steps of 26 gas, then answers 0x1626ba7e: yes, as EIP-1271 says it. */
const BURNER = concatHex(['0x620271005b6001900380600457', '0x631626ba7e60e01b5f5260205ff3'])

const artifacts = join(root, 'node_modules', '@zk-kit', 'semaphore-artifacts')
const identity = ['--identity', 'identity.json', '--group', 'group.txt', '--semaphore', artifacts]

/** The secrets of everyone in this file, none of which is ever printed. */
async function expectNothingSecret(printed: string): Promise<void> {
  for (const file of (await readdir(home)).filter((name) => name.startsWith('key-'))) {
    const { privateKey } = JSON.parse(await readFile(join(home, file), 'utf8'))
    expect(printed).not.toContain(privateKey.slice(2))
  }
  expect(printed).not.toContain(`"${SECRETS[1]}"`)
}

type FullProve = (
  inputs: object,
  wasm: Uint8Array,
  zkey: Uint8Array,
) => Promise<{
  readonly proof: { pi_a: string[]; pi_b: [string, string][]; pi_c: string[] }
  readonly publicSignals: readonly [root: string, nullifier: string]
}>

/** What a World App would answer through IDKit, for the second member. */
async function worldIdProofOf({ signalHash, scope }: { signalHash: bigint; scope: bigint }) {
  const { fullProve } = (snarkjs as unknown as { readonly groth16: { readonly fullProve: FullProve } }).groth16
  const { wasm, zkey } = await semaphoreArtifacts(DEPTH)
  const { siblings, right } = leanPath(MEMBERS, 1)
  const inputs = {
    secret: SECRETS[1]!,
    merkleProofLength: siblings.length,
    merkleProofIndex: right.reduce((bits, isRight, level) => bits + (isRight ? 2 ** level : 0), 0),
    merkleProofSiblings: [...siblings, ...Array<bigint>(DEPTH - siblings.length).fill(0n)],
    scope,
    message: signalHash,
  }
  const { proof, publicSignals } = await fullProve(inputs, wasm, zkey)
  const [b0, b1] = proof.pi_b as [[string, string], [string, string]]
  const words = [...proof.pi_a.slice(0, 2), b0[1], b0[0], b1[1], b1[0], ...proof.pi_c.slice(0, 2)]
  const word = (value: string) => toHex(BigInt(value), { size: 32 })
  return {
    merkle_root: word(publicSignals[0]),
    nullifier_hash: word(publicSignals[1]),
    proof: concatHex(words.map(word)),
  }
}

let worked: Hex

describe('an anonymous worker from the shell', () => {
  test('default: joins, commits and is paid through a relayer, for its fee', async () => {
    const { taskId, secrets } = await groupTask()
    worked = taskId
    await fresh('anon')
    const payout = await fresh('payout')
    const asked = ['--payout', payout, '--relay-fee', `${RELAY_FEE} units`]
    const join1 = ['work', 'join', taskId, ...asked]
    expect(await run([...join1, '--out', 'joining.json'], 'anon')).toMatchObject({ code: 2 })
    const made = await run([...join1, ...identity, '--out', 'joining.json'], 'anon')
    expect(made).toMatchObject({ code: 0, data: { payout, relayFee: String(RELAY_FEE), file: 'joining.json' } })
    const joining = await readFile(join(home, 'joining.json'), 'utf8')
    await expectNothingSecret(made.stdout + made.stderr + joining)

    await writeFile(join(home, 'robbed.json'), joining.replace(payout, accountAt(RELAYER).address))
    await writeFile(join(home, 'bare.json'), '{"kind":"joining"}')
    // The gate reads past what follows its evidence; the relayer would pay for it.
    const { admission } = JSON.parse(joining)
    await writeFile(join(home, 'padded.json'), joining.replace(admission, `${admission}${'11'.repeat(2048)}`))
    const hostile = await run(['relay', 'robbed.json', 'padded.json', 'bare.json', 'group.txt', 'none.json'], RELAYER)
    expect(hostile).toMatchObject({ code: 1, data: Array(5).fill({ outcome: 'refused' }) })
    expect(hostile.data.map(({ error }: { error: { name: string } }) => error.name).slice(1)).toEqual(
      Array(4).fill('InputFileError'),
    )
    const price = ['relay', 'joining.json', '--min-fee']
    for (const dear of [[`${RELAY_FEE + 1n} units`], [`${RELAY_FEE} units`, '--token', chain.token]])
      expect(await run([...price, ...dear], RELAYER)).toMatchObject({ data: [{ error: { name: 'InputFileError' } }] })
    const brought = await done([...price, `${RELAY_FEE} units`], RELAYER)
    expect(brought).toMatchObject([{ outcome: 'sent', slot: 0, fee: String(RELAY_FEE), found: false }])
    expect(await done(['relay', 'joining.json'], RELAYER)).toMatchObject([{ outcome: 'sent', slot: 0, found: true }])
    expect(await done(['relay', 'joining.json'], NAMED)).toMatchObject([
      { outcome: 'brought before', found: true, relayer: accountAt(RELAYER).address },
    ])

    await chain.requester.wrapContentKeys({ taskId, secrets })
    const commit = ['work', 'commit', taskId, '--labels', 'labels.jsonl']
    await done([...commit, '--out', 'commit.json'], 'anon')
    expect((await chain.requester.getSlot({ taskId, slot: 0 })).commitment).toBe(0n)
    expect(await done(['relay', 'commit.json'], RELAYER)).toMatchObject([{ outcome: 'sent' }])
    expect(await done(commit, 'anon')).toMatchObject({ slot: 0, found: true })

    const { joinBy } = await chain.requester.getTask({ taskId })
    await chain.passTo(joinBy)
    await chain.requester.openGold({ taskId, secrets })
    await done(['work', 'prove', taskId, '--out', 'labels.json'], 'anon')
    expect(await run(['relay', 'labels.json'], RELAYER)).toMatchObject({
      data: [{ error: { name: 'InputFileError', advice: expect.stringContaining('work submit') } }],
    })
    expect(await done(['work', 'submit', 'labels.json'], RELAYER)).toMatchObject([{ outcome: 'paid' }])
    const { rewardPerSlot, token } = await chain.requester.getTask({ taskId })
    expect(await chain.requester.getBalance({ address: payout })).toBe(rewardPerSlot - 2n * RELAY_FEE)
    // One fee for the joining, one for the payment.
    expect(await chain.requester.getCredit({ recipient: accountAt(RELAYER).address, token })).toBe(2n * RELAY_FEE)
  })

  test('default: a proof of membership that was made elsewhere', async () => {
    const { taskId } = await groupTask()
    const other = await fresh('other')
    const asked = await done(['work', 'evidence', taskId, '--relay-fee', '7 units'], 'other')
    expect(asked).toMatchObject({ gate: 'semaphore', key: keyId, root: String(leanRoot(MEMBERS)) })
    const statement = { message: BigInt(asked.message), scope: BigInt(asked.scope) }
    const { merkleRoot, nullifier, points } = await proveSemaphore({
      ...statement,
      depth: DEPTH,
      secrets: SECRETS,
      index: 2,
    })
    const words = points.slice(2).match(/.{64}/g)!
    const proof = {
      merkleTreeDepth: DEPTH,
      merkleTreeRoot: String(merkleRoot),
      nullifier: String(nullifier),
      message: asked.message,
      scope: asked.scope,
      points: words.map((word) => String(BigInt(`0x${word}`))),
    }
    await writeFile(join(home, 'proof.json'), JSON.stringify(proof))
    const join2 = ['work', 'join', taskId, '--semaphore-proof', 'proof.json', '--out', 'other.json']
    // Bound to the fee that was asked for.
    expect(await run([...join2, '--relay-fee', '8 units'], 'other')).toMatchObject({
      code: 1,
      data: { error: { name: 'InputFileError', message: expect.stringContaining('another joining') } },
    })
    await done([...join2, '--relay-fee', '7 units'], 'other')
    // The worker becomes a contract whose consent is honest, and costs whoever asks for it four million gas.
    await rpc(chain.url, 'anvil_setCode', [other, BURNER])
    const bring = ['relay', 'other.json']
    const contract = { code: 1, data: [{ error: { name: 'InputFileError', message: expect.stringContaining(other) } }] }
    expect(await run(bring, RELAYER)).toMatchObject(contract)
    const allowed = [...bring, '--allow-contract-workers']
    expect(await run(allowed, RELAYER)).toMatchObject({ code: 1, data: [{ error: { name: 'RelayedGasError' } }] })
    await rpc(chain.url, 'anvil_setCode', [other, '0x'])
    expect(await done(bring, RELAYER)).toMatchObject([{ slot: 0 }])

    const forged = { ...proof, nullifier: String(nullifier + 1n) }
    await writeFile(join(home, 'forged.json'), JSON.stringify(forged))
    // Told to the worker, before any relayer sees it.
    const bad = [
      'work',
      'join',
      taskId,
      '--semaphore-proof',
      'forged.json',
      '--relay-fee',
      '7 units',
      '--out',
      'bad.json',
    ]
    expect(await run(bad, 'other')).toMatchObject({ code: 1 })
    await writeFile(join(home, 'short.json'), JSON.stringify({ ...proof, points: ['1'] }))
    const short = ['work', 'join', taskId, '--semaphore-proof', 'short.json', '--out', 'bad.json']
    expect(await run(short, 'other')).toMatchObject({ data: { error: { name: 'InputFileError' } } })
  })

  test('default: what IDKit hands over for World ID', async () => {
    const appId = 'app_10eb12bd96d8f7202892ff25f094c803'
    // Semaphore's circuit states what World ID's does: root, nullifier, signal hash, external nullifier.
    const { taskId } = await createFor('worldId', worldIdGateData({ keyId, appId, root: leanRoot(MEMBERS)! }))
    await fresh('person')
    const { action, signal } = await done(['work', 'evidence', taskId], 'person')
    expect(action).toBe(taskId)
    const idkit = await worldIdProofOf({
      signalHash: worldIdHash(signal),
      scope: worldIdExternalNullifier(appId, action),
    })
    await writeFile(join(home, 'idkit.json'), JSON.stringify({ ...idkit, verification_level: 'orb' }))
    const asked = ['work', 'join', taskId, '--world-id-proof', 'idkit.json', '--out', 'person.json']
    expect(await run(['work', 'join', taskId, '--world-id-proof', 'group.txt'], 'person')).toMatchObject({
      data: { error: { name: 'InputFileError' } },
    })
    // Of another joining: the chain refuses it before a relayer sees it.
    expect(await run([...asked, '--relay-fee', '9 units'], 'person')).toMatchObject({ code: 1 })
    await done(asked, 'person')
    expect(await done(['relay', 'person.json'], RELAYER)).toMatchObject([{ slot: 0 }])
  })

  test('default: records what was accepted, and joins by its reputation under another account', async () => {
    expect(await done(['reputation', 'show'], NAMED)).toMatchObject({
      recorded: [],
      recordable: [{ taskId: worked, slot: 0 }],
    })
    await done(['reputation', 'record', worked, '--out', 'record.json'], 'anon')
    expect(await done(['relay', 'record.json'], RELAYER)).toMatchObject([{ outcome: 'sent' }])
    expect(await done(['reputation', 'record', worked], 'anon')).toMatchObject({ slot: 0, found: true })
    // Another account's slot of the same person is not this account's.
    expect(await run(['reputation', 'record', worked], NAMED)).toMatchObject({
      code: 1,
      data: { error: { name: 'NotWorkerError' } },
    })
    // One person, whichever account asks.
    const shown = await run(['reputation', 'show', '--requester', accountAt(0).address], NAMED)
    expect(shown.data).toMatchObject({ recorded: [{ taskId: worked, slot: 0 }], recordable: [] })
    expect(await done(['reputation', 'show', '--requester', accountAt(9).address], NAMED)).toEqual({
      recorded: [],
      recordable: [],
    })

    const { taskId } = await reputationTask()
    await fresh('second')
    expect(await done(['work', 'evidence', taskId], 'second')).toMatchObject({
      gate: 'reputation',
      minSlots: 1,
      accountsAlone: 1,
      atMostWorkers: 1,
      of: accountAt(0).address,
    })
    const asked = ['work', 'join', taskId, '--reputation', '--relay-fee', `${RELAY_FEE} units`]
    // Who joins would be the only one it can be.
    expect(await run([...asked, '--out', 'alone.json'], 'second')).toMatchObject({
      code: 1,
      data: { error: { name: 'AnonymityTooSmallError' } },
    })
    const join3 = [...asked, '--min-anonymity', '1', '--out', 'second.json']
    // A relayer has no reputation of its own.
    expect(await run([...join3.slice(0, -1), 'none.json'], RELAYER)).toMatchObject({
      code: 1,
      data: { error: { name: 'NotKeptError' } },
    })
    const made = await run(join3, 'second')
    expect(made.code).toBe(0)
    await expectNothingSecret(made.stdout + shown.stdout)
    expect(await done(['relay', 'second.json'], RELAYER)).toMatchObject([{ slot: 0 }])
    // The same secret has one pseudonym in this task.
    await fresh('third')
    const again = await run([...join3.slice(0, -1), 'third.json'], 'third')
    expect(again).toMatchObject({ code: 1, data: { error: { name: 'NullifierUsedError' } } })

    const { taskId: own } = await reputationTask()
    const { admission } = await done(['reputation', 'prove', own, '--min-anonymity', '1'], NAMED)
    expect(await done(['work', 'join', own, '--admission', admission], NAMED)).toMatchObject({ slot: 0, found: false })
  })

  test('error: what is not accepted is not recorded, and what is not asked for is no evidence', async () => {
    const { taskId } = await groupTask()
    for (const evidence of [['--reputation'], ['--allow-list', 'group.txt'], ['--world-id-proof', 'identity.json']])
      expect(await run(['work', 'join', taskId, ...evidence], NAMED)).toMatchObject({
        code: 2,
        data: { error: { name: 'UsageError', message: expect.stringContaining('"semaphore"') } },
      })
    await writeFile(join(home, 'less.txt'), MEMBERS.slice(1).join('\n'))
    const less = ['--identity', 'identity.json', '--group', 'less.txt', '--semaphore', artifacts]
    expect(await run(['work', 'join', taskId, ...less], NAMED)).toMatchObject({
      data: { error: { name: 'InputFileError', message: expect.stringContaining('less.txt') } },
    })
    const { taskId: open } = await chain.requester.createTask(await taskParameters(chain, sample))
    // Through the open gate a worker joins itself: what it writes is a call that it signed.
    const { termsHash } = await chain.requester.getTask({ taskId: open })
    expect(await done(['work', 'join', open, '--out', 'open.json'], NAMED)).toMatchObject({ termsHash })
    expect(await done(['relay', 'open.json'], RELAYER)).toMatchObject([{ outcome: 'sent' }])
    expect(await done(['work', 'join', open], NAMED)).toMatchObject({ found: true })
    expect(await run(['reputation', 'record', open], NAMED)).toMatchObject({
      code: 1,
      data: { error: { name: 'NotAcceptedError' } },
    })
  })
})
