import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createWalletClient, encodeFunctionData, getAddress, type Hex, http, parseEther, publicActions } from 'viem'
import { foundry } from 'viem/chains'
import type { TestProject } from 'vitest/node'
import { circuitManifest, verifyingKeys, vkeyToKeyData } from '../core.js'
import { type Deployment, parseDeployment } from '../deployments.js'
import { protocolParametersAbi, verifierKeyRegistryAbi } from '../generated/abis.js'
import { compiled, root, rpc, runForge, startAnvil } from './foundry.js'
import { passProposal } from './governance.js'

declare module 'vitest' {
  export interface ProvidedContext {
    /** File with the chain every test file starts from. */
    chainState: string
  }
}

/** What a test chain holds before the first test. */
export type ChainState = {
  /** For `anvil_loadState`. */
  readonly state: Hex
  readonly deployment: Deployment
  /** Allow-listed ERC-20 with a public `mint`. */
  readonly token: Hex
  /** An account contract that refuses native coin until told otherwise. */
  readonly refusing: Hex
  /** The proof system of the contracts' unit tests: a proof is the hash of its key and signals. */
  readonly mockProofSystem: Hex
  readonly feeBps: number
}

const DEPLOYER = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const FEE_BPS = 100
const ZERO_ADDRESS = `0x${'0'.repeat(40)}`
const TREASURY = '0x000000000000000000000000000000000000fEE5'

/** What tests of proof systems deploy for themselves. */
const PROOF_SYSTEM_SOURCES = [
  'contracts/src/ProtocolParameters.sol',
  'contracts/src/VerifierKeyRegistry.sol',
  'contracts/src/proofSystems',
  'contracts/test/mocks/HonestVerifiers.sol',
  'contracts/test/unit/SemaphoreProofSystem/verify.t.sol',
]

/** Deploys once through the deployment script and keeps the chain for every test file; cached by what it is made of. */
export default async function setup(project: TestProject): Promise<void> {
  const directory = join(root, '.veritask', 'sdk-tests')
  const file = join(directory, `${await contentHash()}.json`)
  const cached = await readFile(file).then(
    () => true,
    () => false,
  )
  if (!cached) {
    await rm(directory, { recursive: true, force: true })
    await mkdir(directory, { recursive: true })
    await writeFile(file, JSON.stringify(await build(directory)))
  }
  await runForge(['build', ...PROOF_SYSTEM_SOURCES])
  project.provide('chainState', file)
}

async function build(directory: string): Promise<ChainState> {
  const anvil = await startAnvil()
  try {
    const keys = Object.entries(verifyingKeys).map(([name, key]) => ({
      name,
      keyData: vkeyToKeyData(key),
      manifestHash: circuitManifest.circuits[name]!.manifestHash,
      development: true,
      needsChallenge: circuitManifest.circuits[name]!.challenge !== null,
      freezableByProof: true,
    }))
    const keysFile = join(directory, 'keys.json')
    const deploymentFile = join(directory, 'deployment.json')
    await writeFile(keysFile, JSON.stringify(keys))
    // The script deploys it by name.
    await runForge(['build', 'contracts/src/settlement/ConsensusSettlement.sol'])
    // One transaction after the other: sent at once they fill a block, and anvil leaves the rest waiting for the next.
    const broadcast = ['--broadcast', '--slow', '--unlocked', '--sender', DEPLOYER]
    await runForge(['script', 'script/Deploy.s.sol', '--rpc-url', anvil.url, ...broadcast], {
      DEPLOYMENT_FILE: deploymentFile,
      KEYS_FILE: keysFile,
      // Account 0 carries every vote by itself, and nothing waits longer than it must.
      HOLDERS: DEPLOYER,
      HOLDINGS: String(parseEther('1000000')),
      VOTING_DELAY: '0',
      // Longer than a busy machine takes between opening a vote and casting it.
      VOTING_PERIOD: '60',
      LATE_QUORUM_EXTENSION: '0',
      TIMELOCK_DELAY: '0',
      GUARDIAN: ZERO_ADDRESS,
      KEY_ACTIVATION_DELAY: '0',
      FEE_BPS: String(FEE_BPS),
      TREASURY,
    })
    const deployment = parseDeployment(JSON.parse(await readFile(deploymentFile, 'utf8')))
    const client = createWalletClient({
      account: DEPLOYER,
      chain: foundry,
      transport: http(anvil.url),
      pollingInterval: 50,
    }).extend(publicActions)
    const send = async (to: Hex, data: Hex) => {
      const hash = await client.sendTransaction({ to, data })
      await client.waitForTransactionReceipt({ hash })
    }

    const { verifierKeyRegistry, protocolParameters } = deployment.contracts
    for (const keyId of Object.values(deployment.keys))
      await send(
        verifierKeyRegistry,
        encodeFunctionData({ abi: verifierKeyRegistryAbi, functionName: 'activate', args: [keyId] }),
      )

    const mocks = ['TokenZoo', 'Accounts', 'MockProofSystem']
    await runForge(['build', ...mocks.map((name) => `contracts/test/mocks/${name}.sol`)])
    const token = await deploy(client, 'TokenZoo.sol/PlainToken', ['uint8'], [18])
    const refusing = await deploy(client, 'Accounts.sol/RefusingAccount', [], [])
    const mockProofSystem = await deploy(client, 'MockProofSystem.sol/MockProofSystem', [], [])
    const allow = encodeFunctionData({
      abi: protocolParametersAbi,
      functionName: 'setTokenPolicy',
      args: [token, { allowed: true, minReward: 1000n, minStake: 0n }],
    })
    await passProposal({ url: anvil.url, client, deployment }, [{ to: protocolParameters, data: allow }])

    const state = await rpc<Hex>(anvil.url, 'anvil_dumpState', [true])
    return { state, deployment, token, refusing, mockProofSystem, feeBps: FEE_BPS }
  } finally {
    await anvil.stop()
  }
}

type Deployer = {
  deployContract: (parameters: never) => Promise<Hex>
  waitForTransactionReceipt: (parameters: { hash: Hex }) => Promise<{ contractAddress?: Hex | null | undefined }>
}

async function deploy(client: Deployer, artifact: string, types: readonly string[], args: readonly unknown[]) {
  const { bytecode } = JSON.parse(await readFile(join(compiled, `${artifact}.json`), 'utf8')) as {
    bytecode: { object: Hex }
  }
  const abi = [
    { type: 'constructor', stateMutability: 'nonpayable', inputs: types.map((type) => ({ name: '', type })) },
  ]
  const hash = await client.deployContract({ abi, bytecode: bytecode.object, args } as never)
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  return getAddress(contractAddress!)
}

/** Changes whenever the contracts, the deployment script, the keys or this file change. */
async function contentHash(): Promise<string> {
  const hash = createHash('sha256')
  const folders = [
    join(root, 'contracts', 'src'),
    join(root, 'contracts', 'test', 'mocks'),
    join(root, 'script', 'deploy'),
    join(root, 'script', 'config'),
  ]
  const sources = (
    await Promise.all(folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })))
  )
    .flat()
    .filter((entry) => entry.isFile() && /\.(sol|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const files = [...sources.sort(), join(root, 'script', 'Deploy.s.sol'), join(root, 'foundry.toml')]
  for (const file of files) hash.update(await readFile(file))
  for (const file of ['./chainState.ts', './governance.ts']) hash.update(await readFile(new URL(file, import.meta.url)))
  hash.update(JSON.stringify(circuitManifest))
  return hash.digest('hex').slice(0, 16)
}
