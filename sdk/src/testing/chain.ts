import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Account,
  createWalletClient,
  erc20Abi,
  type Hex,
  http,
  parseAbi,
  parseEther,
  publicActions,
  sha256,
  stringToHex,
  type Transport,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { inject } from 'vitest'
import type { CreateTaskParameters, SettlementParameters } from '../actions/index.js'
import { veritaskActions } from '../client.js'
import { buildTree, type GoldItem, type Label, type PayloadItem, type Rules, recordCommitment } from '../core.js'
import { withVeritask } from '../deployments.js'
import { createNodeProver } from '../proving/nodeProver.js'
import { createFileContentStore } from '../storage/fileStore.js'
import { builtArtifacts } from './artifacts.js'
import type { ChainState } from './chainState.js'
import { rpc, startAnvil } from './foundry.js'
import { passProposal } from './governance.js'
import { digits, sampleGold, sampleLabels } from './samples.js'
import { seeded } from './seeded.js'

const MNEMONIC = 'test test test test test test test test test test test junk'

/** Account `index` of the local chain: 0 is the requester, 1 and up are workers. */
export const accountAt = (index: number) => mnemonicToAccount(MNEMONIC, { addressIndex: index })

/** A chain of its own with the protocol deployed, for one test file. */
export async function startChain() {
  const prepared = JSON.parse(await readFile(inject('chainState'), 'utf8')) as ChainState
  const anvil = await startAnvil()
  await rpc(anvil.url, 'anvil_loadState', [prepared.state])
  const directory = await mkdtemp(join(tmpdir(), 'veritask-test-'))
  const store = createFileContentStore(directory)
  const prover = createNodeProver({ artifacts: builtArtifacts })
  const { deployment } = prepared
  const chain = withVeritask(foundry, deployment)

  const clientFor = (account: Account | Hex, transport: Transport = http(anvil.url)) =>
    createWalletClient({ account, chain, transport, pollingInterval: 50 })
      .extend(publicActions)
      .extend(veritaskActions({ store, prover }))
  const requester = clientFor(accountAt(0))
  const now = async () => (await requester.getBlock()).timestamp

  return {
    ...prepared,
    url: anvil.url,
    directory,
    chain,
    store,
    prover,
    clientFor,
    requester,
    worker: (index: number) => clientFor(accountAt(index)),
    now,
    /** Mines a block later than `timestamp`. */
    passTo: async (timestamp: bigint) => {
      await rpc(anvil.url, 'evm_setNextBlockTimestamp', [Number(timestamp) + 1])
      await rpc(anvil.url, 'evm_mine')
    },
    mint: async (to: Hex, amount: bigint) => {
      const abi = parseAbi(['function mint(address to, uint256 amount)'])
      const hash = await requester.writeContract({
        address: prepared.token,
        abi,
        functionName: 'mint',
        args: [to, amount],
      })
      await requester.waitForTransactionReceipt({ hash })
    },
    /** Passes a call through vote, governor and timelock; moves the clock by a few seconds. */
    govern: (call: { readonly to: Hex; readonly data: Hex }) =>
      passProposal({ url: anvil.url, client: requester, deployment }, [call]),
    tokenBalance: (account: Hex) =>
      requester.readContract({ address: prepared.token, abi: erc20Abi, functionName: 'balanceOf', args: [account] }),
    stop: async () => {
      await prover.close()
      await anvil.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export type TestChain = Awaited<ReturnType<typeof startChain>>

/** Records, their truth and their registration: what every task of a test file labels. */
export async function registerSample(chain: TestChain, rules: Rules = digits) {
  const random = seeded(7)
  const truth = sampleLabels(random, rules)
  const records = truth.map((label, index) =>
    new TextEncoder().encode(`record ${index} shows ${JSON.stringify(label)}`),
  )
  const salts = records.map(() => random.bits(248))
  const tree = buildTree(records.map((bytes, index) => recordCommitment({ salt: salts[index]!, bytes })))
  const items: PayloadItem[] = records.map((bytes, index) => ({
    index,
    mediaType: 'text/plain',
    bytes,
    recordSalt: salts[index]!,
    path: tree.path(index),
  }))
  const { versionId, datasetId } = await chain.requester.registerDataset({
    name: 'Sample records',
    version: {
      root: tree.root,
      size: tree.size,
      schemaHash: sha256(stringToHex('text/plain')),
      manifestDigest: sha256(stringToHex('sample')),
      licence: 'CC0-1.0',
    },
  })
  const gold = sampleGold(random, rules, truth)
  return { rules, truth, items, gold, datasetVersionId: versionId, datasetId, tree }
}

export type Sample = Awaited<ReturnType<typeof registerSample>>

/** Seconds between two deadlines of a test task. */
export const STEP = 1000n

/** Of the parameters that the test chain is deployed with, in basis points. */
const GOLD_BOND_BPS = 5000n
const BPS = 10_000n

/** Parameters of a good task; tests change what they are about. Where the gold is hidden, the requester gets stake for its bond. */
export async function taskParameters(
  chain: TestChain,
  sample: Sample,
  kind: SettlementParameters['kind'] = 'open-gold',
  changes: Partial<CreateTaskParameters> = {},
): Promise<CreateTaskParameters & { settlement: SettlementParameters }> {
  const start = await chain.now()
  const { rules, gold } = sample
  const settlement: SettlementParameters =
    kind === 'open-gold'
      ? { kind, rules, gold, commitBy: start + 2n * STEP, openBy: start + 3n * STEP, proveBy: start + 4n * STEP }
      : { kind, rules, gold, submitBy: start + 2n * STEP, scoreBy: start + 3n * STEP }
  const parameters = {
    title: 'Which digit is it?',
    instructions: 'One digit per item.',
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    items: sample.items,
    datasetVersionId: sample.datasetVersionId,
    rewardPerSlot: parseEther('0.01'),
    slots: 3,
    joinBy: start + STEP,
    settlement,
    store: chain.store,
    ...changes,
  }
  if (kind === 'hidden-gold' && changes.bond === undefined) await depositBond(chain, parameters)
  return parameters
}

/** Free stake for the bond of one hidden-gold task of these. */
export async function depositBond(
  chain: TestChain,
  { rewardPerSlot, slots, token }: Pick<CreateTaskParameters, 'rewardPerSlot' | 'slots' | 'token'>,
): Promise<void> {
  const amount = (rewardPerSlot * BigInt(slots) * GOLD_BOND_BPS + BPS - 1n) / BPS
  await chain.requester.depositStake({ amount, ...(token ? { token } : {}) })
}

/** Labels that differ from the truth on some gold items and on nothing else. */
export function withWrongGold(truth: readonly Label[], gold: readonly GoldItem[], wrong: number): Label[] {
  const missed = new Set(gold.slice(0, wrong).map(({ index }) => index))
  return truth.map((label, index) => (missed.has(index) ? ((label as number) + 1) % 10 : label))
}
