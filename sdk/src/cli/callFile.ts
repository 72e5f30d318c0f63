import { type Address, decodeFunctionData, encodeFunctionData, type Hex, isAddress, isAddressEqual, isHex } from 'viem'
import type { ForwardRequest, Relay } from '../actions/index.js'
import type { ContractName, Deployment } from '../deployments.js'
import {
  consensusSettlementAbi,
  hiddenGoldSettlementAbi,
  openGoldSettlementAbi,
  optimisticSettlementAbi,
  reputationRegistryAbi,
  stakeVaultAbi,
  taskRegistryAbi,
} from '../generated/abis.js'
import { type Flags, textOf } from './command.js'
import { writeNew } from './written.js'

/** What a worker signs for somebody else to bring. */
export const signedArgument = {
  type: 'string',
  valueHint: 'FILE',
  description: 'Write the signed call there instead of sending it, for anyone to bring with `relay`',
} as const

/** What a worker may have sent for it: nothing else is worth a relayer's gas. */
const relayed = {
  taskRegistry: [taskRegistryAbi, ['join', 'leave', 'dispute', 'withdrawTo']],
  stakeVault: [stakeVaultAbi, ['unbond', 'withdrawTo']],
  openGold: [openGoldSettlementAbi, ['commit']],
  hiddenGold: [hiddenGoldSettlementAbi, ['submit']],
  consensus: [consensusSettlementAbi, ['commit']],
  optimistic: [optimisticSettlementAbi, ['claim']],
  reputationRegistry: [reputationRegistryAbi, ['record']],
} as const satisfies { readonly [name in ContractName]?: unknown }

const WORD_LIMIT = 2n ** 256n
const MAX_UINT48 = 2 ** 48 - 1

/** A call as a file: whoever has it can send it, once, and change nothing of it. */
export type CallFile = { readonly kind: 'call'; readonly version: 1; readonly chainId: number } & {
  readonly request: ForwardRequest
}

export function callToText(chainId: number, request: ForwardRequest): string {
  const { value, gas, ...rest } = request
  const file = { kind: 'call', version: 1, chainId, request: { ...rest, value: String(value), gas: String(gas) } }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** Shape alone; `undefined` when it is none. */
export function callFrom(content: Record<string, unknown>): CallFile | undefined {
  const { kind, version, chainId, request } = content
  if (kind !== 'call' || version !== 1 || !isCount(chainId, Number.MAX_SAFE_INTEGER)) return undefined
  const { from, to, value, gas, deadline, data, signature } = (
    typeof request === 'object' && request !== null ? request : {}
  ) as Record<string, unknown>
  if (!isAccount(from) || !isAccount(to) || !isBytes(data) || !isBytes(signature)) return undefined
  const [wei, limit] = [wordOf(value), wordOf(gas)]
  if (wei === undefined || limit === undefined || !isCount(deadline, MAX_UINT48)) return undefined
  return { kind, version, chainId, request: { from, to, value: wei, gas: limit, deadline, data, signature } }
}

/** What a call does, for a relayer to decide; a text that says why it is not to be brought otherwise. */
export function examineCall(
  { chainId, request }: CallFile,
  deployment: Deployment,
  maxGas: bigint,
): { readonly words: string } | { readonly refused: string } {
  if (chainId !== deployment.chainId) return { refused: `is for chain ${chainId}, not ${deployment.chainId}` }
  const { to, value, gas, from } = request
  const data = request.data.toLowerCase() as Hex
  const name = (Object.keys(relayed) as (keyof typeof relayed)[]).find((known) =>
    isAddressEqual(deployment.contracts[known], to),
  )
  if (name === undefined) return { refused: 'calls a contract that no worker needs to call' }
  if (value !== 0n) return { refused: 'asks for coins to be sent along' }
  if (gas > maxGas) return { refused: `asks for ${gas} gas, which is above ${maxGas}` }
  const [abi, functions] = relayed[name]
  try {
    const call = decodeFunctionData({ abi, data })
    const { functionName } = call
    if (!(functions as readonly string[]).includes(functionName))
      return { refused: `calls ${name}.${functionName}, which no worker needs to have sent` }
    // The chain reads past bytes that no argument is made of, and the relayer would pay for each.
    if (encodeFunctionData({ abi, ...call } as never) !== data)
      return { refused: `calls ${name}.${functionName} with more bytes than its arguments` }
    return { words: `${name}.${functionName} of ${from}` }
  } catch {
    return { refused: `calls a function that ${name} does not have` }
  }
}

export const outOf = (flags: Flags): string | undefined => textOf(flags, 'out')

class Signed extends Error {}

/** Sends, or with `out` only signs and writes what was signed: `undefined` then. */
export async function sendOrSign<T>(
  { out, chainId }: { readonly out: string | undefined; readonly chainId: number },
  send: (how: { readonly relay?: Relay }) => Promise<T>,
): Promise<T | undefined> {
  if (out === undefined) return send({})
  // The write stops where it would wait for the transaction, which only the relayer will know.
  const relay: Relay = async (request) => {
    await writeNew(out, callToText(chainId, request))
    throw new Signed()
  }
  return send({ relay }).catch((error: unknown) => {
    if (error instanceof Signed) return undefined
    throw error
  })
}

function isAccount(value: unknown): value is Address {
  return typeof value === 'string' && isAddress(value, { strict: false })
}

function isBytes(value: unknown): value is Hex {
  return isHex(value) && value.length % 2 === 0
}

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max
}

function wordOf(value: unknown): bigint | undefined {
  if (typeof value !== 'string' || !/^\d{1,78}$/.test(value)) return undefined
  const word = BigInt(value)
  return word < WORD_LIMIT ? word : undefined
}
