import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AbiFunction,
  type AbiParameter,
  type Address,
  createWalletClient,
  decodeErrorResult,
  encodeFunctionData,
  getAddress,
  type Hex,
  http,
  keccak256,
  parseEther,
  publicActions,
  stringToHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { applyBeacon, contribute, initCeremony } from './ceremony/ceremony.js'
import { finalizeCeremony } from './ceremony/finalize.js'
import { checkPowersOfTau } from './ceremony/powersOfTau.js'
import { veritaskActions } from './client.js'
import { circuitManifest, verifyingKeys, vkeyToKeyData } from './core.js'
import { type Deployment, parseDeployment, withVeritask } from './deployments.js'
import {
  protocolParametersAbi,
  verifierKeyRegistryAbi,
  veritaskGovernorAbi,
  veritaskTimelockAbi,
} from './generated/abis.js'
import { keepCurve, type SmallCeremony, smallCeremony } from './testing/ceremony.js'
import { accountAt } from './testing/chain.js'
import { type Anvil, root, rpc, runForge, startAnvil } from './testing/foundry.js'

// A whole deployment takes the compiler, a ceremony and some hundred transactions.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 })

/** The chain id of Base Sepolia, whose configuration the rehearsal deploys from. */
const CHAIN_ID = 84_532
const directory = join(root, '.veritask', `rehearsal-${process.pid}`)
const people = {
  deployer: accountAt(0),
  voter: accountAt(1),
  guardian: accountAt(2),
  requester: accountAt(3),
  worker: accountAt(4),
}
const name = 'small'
const day = 86_400n

let anvil: Anvil
let small: SmallCeremony
let release: () => void
let final: Awaited<ReturnType<typeof finalizeCeremony>>
let deployment: Deployment
let refusals: { readonly outside: string; readonly development: string; readonly transactions: number }

const chain = () => withVeritask({ ...foundry, id: CHAIN_ID }, deployment)
const clientOf = (person: keyof typeof people) =>
  createWalletClient({ account: people[person], chain: chain(), transport: http(anvil.url), pollingInterval: 50 })
    .extend(publicActions)
    .extend(veritaskActions())

type KeyEntry = {
  readonly name: string
  readonly keyData: Hex
  readonly manifestHash: Hex
  readonly development: boolean
  readonly needsChallenge: boolean
  readonly freezableByProof: boolean
}

async function deploy(keys: readonly KeyEntry[]): Promise<void> {
  await writeFile(join(directory, 'keys.json'), JSON.stringify(keys))
  // Foundry keeps what it has read of a chain with this id, whoever answers for it.
  const broadcast = ['--broadcast', '--slow', '--no-storage-caching', '--unlocked', '--sender', people.deployer.address]
  await runForge(['script', 'script/Deploy.s.sol', '--rpc-url', anvil.url, ...broadcast], {
    DEPLOYMENT_FILE: join(directory, 'deployment.json'),
    FOUNDRY_BROADCAST: join(directory, 'broadcast'),
    KEYS_FILE: join(directory, 'keys.json'),
    HOLDERS: people.voter.address,
    HOLDINGS: String(parseEther('1000000')),
    GUARDIAN: people.guardian.address,
  })
}

const whyNot = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it went through',
    (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}`,
  )

/** A key made as keys for public chains are, of a circuit small enough to take seconds. */
async function runCeremony(): Promise<void> {
  small = await smallCeremony()
  release = await keepCurve()
  const { r1cs, ptau, wasm, path } = small
  await initCeremony({ r1cs, ptau, output: path('0.zkey') })
  await contribute({ input: path('0.zkey'), output: path('1.zkey'), name: 'Ada' })
  await contribute({ input: path('1.zkey'), output: path('2.zkey'), name: 'Grace' })
  await applyBeacon({ input: path('2.zkey'), output: path('3.zkey'), value: 'c0ffee', iterationsExponent: 10 })
  final = await finalizeCeremony({
    circuit: name,
    zkey: path('3.zkey'),
    r1cs,
    ptau,
    wasm,
    directory: path('artifacts'),
    publicSignals: ['output', 'x'],
    trustedPowersOfTau: [(await checkPowersOfTau(ptau)).blake2b],
  })
}

beforeAll(async () => {
  await mkdir(directory, { recursive: true })
  await runCeremony()
  anvil = await startAnvil(['--chain-id', String(CHAIN_ID)])
  // The script deploys it by name.
  await runForge(['build', 'contracts/src/settlement/ConsensusSettlement.sol'])
  const { keyData, entry, development } = final
  const marks = { needsChallenge: false, freezableByProof: true }
  const key: KeyEntry = { name, keyData, manifestHash: entry.manifestHash, development, ...marks }
  const circuit = 'score-scalar-64'
  const own: KeyEntry = {
    name: circuit,
    keyData: vkeyToKeyData(verifyingKeys[circuit]),
    manifestHash: circuitManifest.circuits[circuit]!.manifestHash,
    development: true,
    needsChallenge: true,
    freezableByProof: true,
  }

  const outside = await whyNot(deploy([key]))
  // What the configuration names lives on the real chain: here, code that does nothing stands in for it.
  const file = join(root, 'script', 'config', `${CHAIN_ID}.json`)
  const named = JSON.parse(await readFile(file, 'utf8')) as { outside: readonly { name: string; at: Address }[] }
  for (const { at } of named.outside) await rpc(anvil.url, 'anvil_setCode', [at, '0x00'])
  const development_ = await whyNot(deploy([key, own]))
  const sent = await rpc<Hex>(anvil.url, 'eth_getTransactionCount', [people.deployer.address, 'latest'])
  refusals = { outside, development: development_, transactions: Number(sent) }

  await deploy([key])
  deployment = parseDeployment(JSON.parse(await readFile(join(directory, 'deployment.json'), 'utf8')))
})
afterAll(async () => {
  release?.()
  await small?.remove()
  await anvil?.stop()
  await rm(directory, { recursive: true, force: true })
})

async function passTo(timestamp: bigint): Promise<void> {
  await rpc(anvil.url, 'evm_setNextBlockTimestamp', [Number(timestamp) + 1])
  await rpc(anvil.url, 'evm_mine')
}

describe('before anything is sent', () => {
  test('error: an outside contract that is not there', () => {
    expect(refusals.outside).toContain('Deploy_OutsideWithoutCode')
    expect(refusals.outside).toContain('riscZeroRouter')
  })

  test('error: a development key, by its name', () => {
    expect(refusals.development).toContain('Deploy_DevelopmentKey')
    expect(refusals.development).toContain('score-scalar-64')
    expect(refusals.transactions).toBe(0)
  })
})

describe('what was written', () => {
  test('default: every contract, gate and proof system has code, and the key its id', async () => {
    const client = clientOf('voter')
    expect(deployment.chainId).toBe(CHAIN_ID)
    expect(deployment.keys).toEqual({ [name]: final.keyId })
    expect(Object.keys(deployment.gates).length).toBeGreaterThan(3)
    const addresses = [deployment.contracts, deployment.gates, deployment.proofSystems].flatMap((map) =>
      Object.values(map),
    )
    for (const address of addresses) expect((await client.getCode({ address }))?.length, address).toBeGreaterThan(2)
    // No event of the protocol is older than the block named.
    const oldest = (await client.getLogs({ fromBlock: 0n })).map(({ blockNumber }) => blockNumber)[0]!
    expect(BigInt(deployment.blockNumber)).toBeLessThanOrEqual(oldest)
  })

  test('default: the key waits for its delay, as one that was made in a ceremony', async () => {
    const client = clientOf('worker')
    const key = await client.readContract({
      address: deployment.contracts.verifierKeyRegistry,
      abi: verifierKeyRegistryAbi,
      functionName: 'verifierKey',
      args: [final.keyId],
    })
    expect(final.development).toBe(false)
    expect([key.development, key.manifestHash]).toEqual([false, final.entry.manifestHash])
    await expect(client.activateKey({ keyId: final.keyId })).rejects.toThrow()
    await passTo(BigInt(key.activeAt))
    await client.activateKey({ keyId: final.keyId })
  })

  test('error: governance itself cannot add a development key here', async () => {
    const { verifierKeyRegistry: to, groth16: proofSystem, timelock: from } = deployment.contracts
    const keyData = vkeyToKeyData(verifyingKeys['score-scalar-64'])
    const marks = { development: true, needsChallenge: true, freezableByProof: true }
    const data = encodeFunctionData({
      abi: verifierKeyRegistryAbi,
      functionName: 'propose',
      args: [{ proofSystem, keyData, manifestHash: zeroHash, ...marks, gasCap: 0 }],
    })
    expect(await refusal(from, to, data)).toContain('VerifierKeyRegistry_DevelopmentKeyOnPublicChain')
  })
})

const errorAbi = [...protocolParametersAbi, ...verifierKeyRegistryAbi, ...veritaskTimelockAbi, ...veritaskGovernorAbi]

/** Name of the error a call would end in, or undefined if it would go through. */
async function refusal(from: Address, to: Address, data: Hex): Promise<string | undefined> {
  const response = await fetch(anvil.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{ from, to, data }, 'latest'] }),
  })
  const { error } = (await response.json()) as { error?: { data?: Hex; message: string } }
  if (error === undefined) return undefined
  if (error.data === undefined || error.data === '0x') return 'no reason'
  return decodeErrorResult({ abi: errorAbi.filter(({ type }) => type === 'error'), data: error.data }).errorName
}

describe('the role census, read from the chain', () => {
  const role = (text: string) => keccak256(stringToHex(text))

  test('default: the timelock’s roles, as its events tell', async () => {
    const { timelock, governor } = deployment.contracts
    const logs = await clientOf('voter').getContractEvents({
      address: timelock,
      abi: veritaskTimelockAbi,
      fromBlock: 0n,
    })
    const held = new Set<string>()
    for (const { eventName, args } of logs as readonly { eventName: string; args: { role?: Hex; account?: Hex } }[]) {
      const entry = `${args.role} ${args.account}`
      if (eventName === 'RoleGranted') held.add(entry)
      if (eventName === 'RoleRevoked') held.delete(entry)
    }
    expect(held).toEqual(
      new Set([
        `${zeroHash} ${timelock}`,
        `${role('EXECUTOR_ROLE')} ${zeroAddress}`,
        `${role('PROPOSER_ROLE')} ${governor}`,
        `${role('CANCELLER_ROLE')} ${governor}`,
        `${role('CANCELLER_ROLE')} ${people.guardian.address}`,
      ]),
    )
  })

  test('default: whatever has an owner is the timelock’s, and the deployer has nothing', async () => {
    const { contracts, gates, proofSystems } = deployment
    const client = clientOf('voter')
    const owned: string[] = []
    for (const [what, address] of Object.entries({ ...contracts, ...gates, ...proofSystems })) {
      const answer = await client.call({ to: address, data: '0x8da5cb5b' }).catch(() => undefined)
      if (answer?.data?.length !== 66) continue
      expect(getAddress(`0x${answer.data.slice(26)}`), what).toBe(contracts.timelock)
      owned.push(what)
    }
    expect(owned.sort()).toEqual(['protocolParameters', 'verifierKeyRegistry'])
    const { votes, balance } = await client.getVotes({ account: people.deployer.address })
    expect([votes, balance]).toEqual([0n, 0n])
  })

  // Every function that writes, of everything governed: one that is added without a row here fails.
  const allowed: Record<string, readonly (keyof typeof people)[] | 'anyone'> = {
    // A key nobody proposed cannot be activated or frozen by a proof; the call is anyone's all the same.
    'verifierKeyRegistry.activate': 'anyone',
    'verifierKeyRegistry.freezeWithProof': 'anyone',
    'verifierKeyRegistry.freezeDependent': 'anyone',
    'verifierKeyRegistry.freeze': ['guardian'],
    'timelock.cancel': ['guardian'],
    // What is due, by its hash; a role of one's own, given up.
    'timelock.execute': 'anyone',
    'timelock.executeBatch': 'anyone',
    'timelock.renounceRole': 'anyone',
    'timelock.onERC721Received': 'anyone',
    'timelock.onERC1155Received': 'anyone',
    'timelock.onERC1155BatchReceived': 'anyone',
    'governor.propose': 'anyone',
    'governor.queue': 'anyone',
    'governor.execute': 'anyone',
    'governor.cancel': 'anyone',
    'governor.castVote': 'anyone',
    'governor.castVoteBySig': 'anyone',
    'governor.castVoteWithReason': 'anyone',
    'governor.castVoteWithReasonAndParams': 'anyone',
    'governor.castVoteWithReasonAndParamsBySig': 'anyone',
    'governor.onERC721Received': 'anyone',
    'governor.onERC1155Received': 'anyone',
    'governor.onERC1155BatchReceived': 'anyone',
  }
  const unauthorized = new Set([
    'OwnableUnauthorizedAccount',
    'AccessControlUnauthorizedAccount',
    'TimelockUnauthorizedCaller',
    'GovernorOnlyExecutor',
    'VerifierKeyRegistry_NotGuardianOrOwner',
  ])

  test.each([
    ['protocolParameters', protocolParametersAbi],
    ['verifierKeyRegistry', verifierKeyRegistryAbi],
    ['timelock', veritaskTimelockAbi],
    ['governor', veritaskGovernorAbi],
  ] as const)('default: every function of %s × everybody', async (contract, abi) => {
    const functions = (abi as readonly { type: string }[]).filter(
      (item): item is AbiFunction =>
        item.type === 'function' && /payable/.test((item as AbiFunction).stateMutability ?? ''),
    )
    expect(functions.length).toBeGreaterThan(3)
    for (const item of functions) {
      const row = allowed[`${contract}.${item.name}`] ?? []
      if (row === 'anyone') continue
      const args = item.inputs.map(nothing)
      const data = encodeFunctionData({ abi: [item], functionName: item.name, args })
      for (const [person, { address }] of Object.entries(people)) {
        const found = await refusal(address, deployment.contracts[contract], data)
        const may = row.includes(person as keyof typeof people)
        expect(unauthorized.has(String(found)), `${person}: ${item.name} → ${found}`).toBe(!may)
      }
    }
  })
})

/** The emptiest value of a type. */
function nothing(parameter: AbiParameter): unknown {
  const { type } = parameter
  if (type.endsWith('[]')) return []
  if (type === 'tuple')
    return Object.fromEntries(
      (parameter as { components: readonly AbiParameter[] }).components.map((part) => [part.name, nothing(part)]),
    )
  if (type === 'address') return zeroAddress
  if (type === 'bool') return false
  if (type === 'string') return ''
  if (type === 'bytes') return '0x'
  if (type.startsWith('bytes')) return `0x${'00'.repeat(Number(type.slice(5)))}`
  return /^u?int(8|16|24|32|40|48)$/.test(type) ? 0 : 0n
}

describe('governance', () => {
  test('default: a vote changes a parameter', async () => {
    const voter = clientOf('voter')
    const before = await voter.getParameters()
    const call = await voter.encodeParameterChange({ changes: { feeBps: 250 } })
    const { proposalId, voteStart, voteEnd } = await voter.propose({ calls: [call], description: 'A fee of 2.5 %' })
    expect(voteEnd - voteStart).toBe(5n * day)
    await expect(voter.castVote({ proposalId, ballot: 'for' })).rejects.toThrow()
    await passTo(voteStart)
    await voter.castVote({ proposalId, ballot: 'for' })
    await passTo(voteEnd)
    const anyone = clientOf('worker')
    const { executableAt } = await anyone.queueProposal({ proposalId })
    await expect(anyone.executeProposal({ proposalId })).rejects.toThrow()
    await passTo(executableAt)
    await anyone.executeProposal({ proposalId })
    const { feeBps, version, treasury } = await voter.getParameters()
    expect([before.feeBps, feeBps]).toEqual([100, 250])
    expect(version).toBe(before.version + 1)
    expect(treasury).toBe(deployment.contracts.timelock)
  })

  test('default: the guardian cancels what is queued and freezes a key, and can do no more', async () => {
    const voter = clientOf('voter')
    const call = await voter.encodeParameterChange({ changes: { feeBps: 1000 } })
    const { proposalId, voteStart, voteEnd } = await voter.propose({ calls: [call], description: 'A fee of 10 %' })
    await passTo(voteStart)
    await voter.castVote({ proposalId, ballot: 'for' })
    await passTo(voteEnd)
    const { executableAt } = await voter.queueProposal({ proposalId })
    const guardian = clientOf('guardian')
    await guardian.vetoProposal({ proposalId })
    await passTo(executableAt)
    await expect(voter.executeProposal({ proposalId })).rejects.toThrow()
    expect((await voter.getProposal({ proposalId })).state).toBe('cancelled')

    const freezing = { keyId: final.keyId, reason: 'rehearsed', exploit: '0x' } as const
    await expect(clientOf('worker').freezeKey(freezing)).rejects.toThrow()
    await guardian.freezeKey(freezing)
  })
})
