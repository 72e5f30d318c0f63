import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as abis from '@veritask/sdk/abi'
import {
  type Abi,
  type Address,
  encodeFunctionData,
  type Hex,
  parseEventLogs,
  type TransactionReceipt,
  zeroHash,
} from 'viem'
import { accountOf, type TestClient } from './anvil.js'

export const people = {
  deployer: accountOf(0),
  requester: accountOf(1),
  workers: [accountOf(2), accountOf(3), accountOf(4)],
  keeper: accountOf(5),
  guardian: accountOf(6),
  heir: accountOf(7),
} as const

export const treasury: Address = '0x00000000000000000000000000000000000071ea'

export const parameters = {
  feeBps: 200,
  maxSlots: 100,
  minWindow: 60,
  maxWindow: 86_400,
  keyActivationDelay: 0,
  verifyGasCap: 1_000_000,
  treasury,
  unbondingDelay: 10,
  leaveWindow: 100,
  missedSlashBps: 2_000,
  rejectedSlashBps: 5_000,
  goldBondBps: 1_000,
  auditRateBps: 6_000,
  auditWindow: 300,
} as const

/** Seconds, votes and percent; the votes are all of the deployer, but for what it sends on. */
export const governorSettings = {
  votingDelay: 1,
  votingPeriod: 30,
  lateQuorumExtension: 20,
  proposalThreshold: 1n,
  quorumPercent: 10n,
} as const

export const voteSupply = 1_000n

const eventAbi = [
  ...abis.taskRegistryAbi,
  ...abis.openGoldSettlementAbi,
  ...abis.hiddenGoldSettlementAbi,
  ...abis.goldAuditAbi,
  ...abis.consensusSettlementAbi,
  ...abis.directSettlementAbi,
  ...abis.optimisticSettlementAbi,
  ...abis.stakeVaultAbi,
  ...abis.stakedGateAbi,
  ...abis.allowListGateAbi,
  ...abis.semaphoreGateAbi,
  ...abis.worldIdGateAbi,
  ...abis.reputationGateAbi,
  ...abis.reputationRegistryAbi,
  ...abis.verifierKeyRegistryAbi,
  ...abis.datasetRegistryAbi,
  ...abis.modelRegistryAbi,
  ...abis.protocolParametersAbi,
  ...abis.veritaskTimelockAbi,
  ...abis.veritaskGovernorAbi,
  ...abis.veritaskTokenAbi,
].filter((item) => item.type === 'event') as Abi

type Links = { readonly [file: string]: { readonly [library: string]: readonly { start: number; length: number }[] } }

const artifacts = process.env.FOUNDRY_OUT ?? fileURLToPath(new URL('../../../contracts/out', import.meta.url))

function artifact(name: string): { abi: Abi; bytecode: Hex; links: Links } {
  const { abi, bytecode } = JSON.parse(readFileSync(join(artifacts, `${name}.sol`, `${name}.json`), 'utf8'))
  return { abi, bytecode: bytecode.object, links: bytecode.linkReferences ?? {} }
}

const RECEIPT_ATTEMPTS = 600
const RECEIPT_PAUSE_MS = 50

/** Deploys the protocol with a timelock that waits for nothing, and the proof system of the contracts' own tests. */
export async function deployProtocol(client: TestClient) {
  const receipts: TransactionReceipt[] = []
  const settle = async (hash: Hex) => {
    const receipt = await receiptOf(hash)
    if (receipt.status !== 'success') throw new Error(`transaction ${hash} reverted: ${await reasonOf(hash)}`)
    receipts.push(receipt)
    return receipt
  }
  /** Asks until it is there. Viem's own waiting watches block numbers, and a reverted chain takes those back. */
  const receiptOf = async (hash: Hex): Promise<TransactionReceipt> => {
    for (let attempt = 0; attempt < RECEIPT_ATTEMPTS; attempt += 1) {
      const receipt = await client.getTransactionReceipt({ hash }).catch(() => null)
      if (receipt !== null) return receipt
      await new Promise((resolve) => setTimeout(resolve, RECEIPT_PAUSE_MS))
    }
    throw new Error(`transaction ${hash} was never mined`)
  }
  /** The error a transaction reverted with, found by calling again on the state before it. */
  const reasonOf = async (hash: Hex): Promise<string> => {
    const { from, to, input, value, gas, blockNumber } = await client.getTransaction({ hash })
    const call = { account: from, to, data: input, value, gas, blockNumber: (blockNumber ?? 1n) - 1n }
    return client.call(call).then(
      () => 'nothing, when called again',
      (error: Error) => error.message,
    )
  }
  const deploy = async (name: string, args: readonly unknown[]): Promise<Address> => {
    const { abi, bytecode, links } = artifact(name)
    let code: string = bytecode
    for (const libraries of Object.values(links)) {
      for (const [library, places] of Object.entries(libraries)) {
        const address = await deploy(library, [])
        for (const { start } of places) {
          const at = 2 + 2 * start
          code = `${code.slice(0, at)}${address.slice(2)}${code.slice(at + 40)}`
        }
      }
    }
    const hash = await client.deployContract({ abi, bytecode: code as Hex, args, account: people.deployer })
    const { contractAddress } = await settle(hash)
    if (!contractAddress) throw new Error(`${name} has no address`)
    return contractAddress.toLowerCase() as Address
  }
  const { address: deployer } = people.deployer
  const timelock = await deploy('VeritaskTimelock', [0n, [deployer], [deployer], deployer])
  const voteToken = await deploy('VeritaskToken', [[{ holder: deployer, amount: voteSupply }]])
  const governor = await deploy('VeritaskGovernor', [voteToken, timelock, governorSettings])
  const protocolParameters = await deploy('ProtocolParameters', [timelock, parameters])
  const verifierKeyRegistry = await deploy('VerifierKeyRegistry', [timelock, protocolParameters])
  const groth16 = await deploy('Groth16ProofSystem', [verifierKeyRegistry])
  const datasetRegistry = await deploy('DatasetRegistry', [])
  const modelRegistry = await deploy('ModelRegistry', [datasetRegistry, verifierKeyRegistry])
  const forwarder = await deploy('ERC2771Forwarder', ['Veritask'])
  const taskRegistry = await deploy('TaskRegistry', [protocolParameters, datasetRegistry, forwarder])
  const stakeVault = (
    (await client.readContract({
      address: taskRegistry,
      abi: abis.taskRegistryAbi,
      functionName: 'stakeVault',
    })) as Address
  ).toLowerCase() as Address
  const moduleArgs = [taskRegistry, verifierKeyRegistry, protocolParameters]
  const openGold = await deploy('OpenGoldSettlement', moduleArgs)
  const hiddenGold = await deploy('HiddenGoldSettlement', moduleArgs)
  const goldAudit = (
    (await client.readContract({
      address: hiddenGold,
      abi: abis.hiddenGoldSettlementAbi,
      functionName: 'goldAudit',
    })) as Address
  ).toLowerCase() as Address
  const consensus = await deploy('ConsensusSettlement', [...moduleArgs, datasetRegistry])
  const direct = await deploy('DirectSettlement', moduleArgs)
  const optimistic = await deploy('OptimisticSettlement', moduleArgs)
  const reputationRegistry = await deploy('ReputationRegistry', [taskRegistry])
  const gates = {
    staked: await deploy('StakedGate', [taskRegistry]),
    allowList: await deploy('AllowListGate', [taskRegistry]),
    semaphore: await deploy('SemaphoreGate', [taskRegistry, verifierKeyRegistry]),
    worldId: await deploy('WorldIdGate', [taskRegistry, verifierKeyRegistry]),
    reputation: await deploy('ReputationGate', [taskRegistry, verifierKeyRegistry, reputationRegistry]),
  }
  const proofSystem = await deploy('MockProofSystem', [])
  /** A settlement of nobody's deployment, that says what it is told. */
  const foreign = await deploy('MockSettlement', [])

  const contracts = {
    timelock,
    governor,
    voteToken,
    protocolParameters,
    verifierKeyRegistry,
    groth16,
    datasetRegistry,
    modelRegistry,
    taskRegistry,
    stakeVault,
    reputationRegistry,
    forwarder,
    openGold,
    hiddenGold,
    goldAudit,
    consensus,
    direct,
    optimistic,
  } as const
  const addresses = { ...contracts, foreign } as const
  const abiOf = {
    timelock: artifact('VeritaskTimelock').abi,
    governor: artifact('VeritaskGovernor').abi,
    voteToken: artifact('VeritaskToken').abi,
    protocolParameters: artifact('ProtocolParameters').abi,
    verifierKeyRegistry: artifact('VerifierKeyRegistry').abi,
    datasetRegistry: artifact('DatasetRegistry').abi,
    modelRegistry: artifact('ModelRegistry').abi,
    taskRegistry: artifact('TaskRegistry').abi,
    stakeVault: artifact('StakeVault').abi,
    openGold: artifact('OpenGoldSettlement').abi,
    hiddenGold: artifact('HiddenGoldSettlement').abi,
    goldAudit: artifact('GoldAudit').abi,
    consensus: artifact('ConsensusSettlement').abi,
    direct: artifact('DirectSettlement').abi,
    optimistic: artifact('OptimisticSettlement').abi,
    reputationRegistry: artifact('ReputationRegistry').abi,
    forwarder: artifact('ERC2771Forwarder').abi,
    foreign: artifact('MockSettlement').abi,
  } as const
  type Callable = keyof typeof abiOf

  /** Sends a call and returns when and where it happened, with its events. */
  const send = (
    from: ReturnType<typeof accountOf>,
    contract: Callable,
    functionName: string,
    args: readonly unknown[],
    value = 0n,
  ) => sendData(from, contract, functionName, encodeFunctionData({ abi: abiOf[contract], functionName, args }), value)

  /** Sends what no ABI would encode. */
  const sendData = async (
    from: ReturnType<typeof accountOf>,
    contract: Callable,
    functionName: string,
    data: Hex,
    value = 0n,
  ) => {
    const hash = await client.sendTransaction({ account: from, to: addresses[contract], data, value, gas: 8_000_000n })
    const receipt = await settle(hash)
    const { timestamp } = await client.getBlock({ blockNumber: receipt.blockNumber })
    const logs = parseEventLogs({ abi: eventAbi, logs: receipt.logs }) as unknown as {
      eventName: string
      args: Record<string, unknown>
      logIndex: number
    }[]
    const argsOf = <args = Record<string, never>>(eventName: string) => {
      const log = logs.find((log) => log.eventName === eventName)
      if (!log) throw new Error(`${functionName} emitted no ${eventName}`)
      return log.args as args
    }
    const logIndexOf = (eventName: string, nth = 0): number => {
      const log = logs.filter((log) => log.eventName === eventName)[nth]
      if (!log) throw new Error(`${functionName} emitted no ${eventName} number ${nth}`)
      return log.logIndex
    }
    return { receipt, timestamp, hash: receipt.transactionHash, blockNumber: receipt.blockNumber, argsOf, logIndexOf }
  }

  /** Passes a call through the timelock; the step returned is its execution. */
  const govern = async (contract: Callable, functionName: string, args: readonly unknown[], salt: Hex = zeroHash) => {
    const data = encodeFunctionData({ abi: abiOf[contract], functionName, args })
    const target = addresses[contract]
    await send(people.deployer, 'timelock', 'schedule', [target, 0n, data, zeroHash, salt, 0n])
    return send(people.deployer, 'timelock', 'execute', [target, 0n, data, zeroHash, salt])
  }

  const first = receipts[0]
  if (!first) throw new Error('nothing was deployed')
  const deployment = {
    chainId: await client.getChainId(),
    blockNumber: Number(first.blockNumber),
    contracts,
    proofSystems: { 'groth16-bn254': groth16, mock: proofSystem },
    gates,
    keys: {} as Record<string, Hex>,
  }
  return {
    client,
    contracts,
    gates,
    foreign,
    abiOf,
    proofSystem,
    deployment,
    receipts,
    eventAbi,
    send,
    sendData,
    govern,
  }
}

export type Protocol = Awaited<ReturnType<typeof deployProtocol>>
export type Step = Awaited<ReturnType<Protocol['send']>>
