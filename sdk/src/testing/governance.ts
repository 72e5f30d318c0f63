import { type Hex, keccak256, parseEventLogs, stringToHex, type TransactionReceipt } from 'viem'
import type { Deployment } from '../deployments.js'
import { veritaskGovernorAbi } from '../generated/abis.js'
import { rpc } from './foundry.js'

type Voter = {
  readonly account: { readonly address: Hex }
  writeContract: (parameters: never) => Promise<Hex>
  readContract: (parameters: never) => Promise<unknown>
  waitForTransactionReceipt: (parameters: { hash: Hex }) => Promise<TransactionReceipt>
}

export type GovernanceChain = {
  /** Of a local node, whose clock is moved past every wait. */
  readonly url: string
  /** Account that carries the vote by itself. */
  readonly client: unknown
  readonly deployment: Deployment
}

const FOR = 1

/**
 * Proposes, votes, queues and executes on a local chain, the only way anything governed changes. Returns the execution.
 * The description ends in `#proposer=`, so that nobody can propose the same before.
 */
export async function passProposal(
  { url, client, deployment }: GovernanceChain,
  calls: readonly { readonly to: Hex; readonly data: Hex }[],
  description = `Test at ${Date.now()}`,
): Promise<TransactionReceipt> {
  const voter = client as Voter
  const governor = { address: deployment.contracts.governor, abi: veritaskGovernorAbi }
  const text = `${description}#proposer=${voter.account.address.toLowerCase()}`
  const actions = [calls.map(({ to }) => to), calls.map(() => 0n), calls.map(({ data }) => data)] as const
  const hashed = [...actions, keccak256(stringToHex(text))] as const

  const send = async (functionName: string, args: readonly unknown[]) => {
    const hash = await voter.writeContract({ ...governor, functionName, args } as never)
    const receipt = await voter.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`the governor's ${functionName} reverted`)
    return receipt
  }
  const read = (functionName: string, id: bigint) =>
    voter.readContract({ ...governor, functionName, args: [id] } as never) as Promise<bigint>
  const passTo = async (timestamp: bigint) => {
    const { timestamp: latest } = await rpc<{ timestamp: Hex }>(url, 'eth_getBlockByNumber', ['latest', false])
    if (BigInt(latest) >= timestamp) return
    await rpc(url, 'evm_setNextBlockTimestamp', [Number(timestamp)])
    await rpc(url, 'evm_mine')
  }

  const proposed = await send('propose', [...actions, text])
  const [created] = parseEventLogs({ abi: veritaskGovernorAbi, eventName: 'ProposalCreated', logs: proposed.logs })
  const id = created!.args.proposalId
  await passTo((await read('proposalSnapshot', id)) + 1n)
  await send('castVote', [id, FOR])
  await passTo((await read('proposalDeadline', id)) + 1n)
  await send('queue', hashed)
  await passTo(await read('proposalEta', id))
  return send('execute', hashed)
}
