import type { Deployment } from '@veritask/sdk'
import { veritaskGovernorAbi } from '@veritask/sdk/abi'
import { type Address, type Hex, keccak256, parseEventLogs, stringToHex, type TransactionReceipt } from 'viem'
import { latestTimestamp, warpTo } from './rpc.ts'

/** Whoever holds enough votes to carry a decision alone. */
interface Voter {
  readonly account: { readonly address: Address }
  writeContract: (parameters: never) => Promise<Hex>
  readContract: (parameters: never) => Promise<unknown>
  waitForTransactionReceipt: (parameters: { hash: Hex }) => Promise<TransactionReceipt>
}

export interface Call {
  readonly to: Address
  readonly data: Hex
}

const inFavour = 1

/**
 * Has the protocol decide something the only way there is: proposed, voted, queued in the timelock, executed. The clock
 * of the local chain is moved past every wait.
 */
export async function decide(
  { rpcUrl, deployment }: { readonly rpcUrl: string; readonly deployment: Deployment },
  client: unknown,
  calls: readonly Call[],
  description: string,
): Promise<TransactionReceipt> {
  const voter = client as Voter
  const governor = { address: deployment.contracts.governor, abi: veritaskGovernorAbi }
  // Nobody else can propose what ends in this, and so nobody else can cancel it.
  const text = `${description} #proposer=${voter.account.address.toLowerCase()}`
  const actions = [calls.map(({ to }) => to), calls.map(() => 0n), calls.map(({ data }) => data)] as const
  const hashed = [...actions, keccak256(stringToHex(text))] as const

  const send = async (functionName: string, args: readonly unknown[]): Promise<TransactionReceipt> => {
    const hash = await voter.writeContract({ ...governor, functionName, args } as never)
    const receipt = await voter.waitForTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new Error(`${functionName} of "${description}" failed in ${hash}`)
    return receipt
  }
  const read = (functionName: string, id: bigint) =>
    voter.readContract({ ...governor, functionName, args: [id] } as never) as Promise<bigint>
  const passTo = async (timestamp: bigint): Promise<void> => {
    if ((await latestTimestamp(rpcUrl)) < timestamp) await warpTo(rpcUrl, timestamp)
  }

  const proposed = await send('propose', [...actions, text])
  const [created] = parseEventLogs({ abi: veritaskGovernorAbi, eventName: 'ProposalCreated', logs: proposed.logs })
  if (created === undefined) throw new Error(`"${description}" was not proposed`)
  const id = created.args.proposalId
  await passTo((await read('proposalSnapshot', id)) + 1n)
  await send('castVote', [id, inFavour])
  await passTo((await read('proposalDeadline', id)) + 1n)
  await send('queue', hashed)
  await passTo(await read('proposalEta', id))
  return send('execute', hashed)
}
