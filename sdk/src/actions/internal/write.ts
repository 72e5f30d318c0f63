import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  encodeFunctionData,
  type Hash,
  type Hex,
  keccak256,
  NonceTooLowError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  UserRejectedRequestError,
  BaseError as ViemBaseError,
} from 'viem'
import {
  estimateGas,
  getTransactionReceipt,
  prepareTransactionRequest,
  sendRawTransaction,
  sendTransaction,
  call as simulate,
} from 'viem/actions'
import type { Deployment } from '../../deployments.js'
import { RelayedGasError } from '../../errors/relay.js'
import { EffectMissingError, SubmissionUncertainError, TransactionFailedError } from '../../errors/submission.js'
import { decodeVeritaskReceipt, type VeritaskEvent } from '../../events/decode.js'
import { isTransportError, toVeritaskError } from '../../events/reverts.js'
import type { Signer, VeritaskClient } from './context.js'
import { assertRecipient, signForwardRequest } from './forward.js'

/** What every write returns besides its own results. */
export type WriteReturnType = {
  /** The transaction that had the effect. */
  readonly hash: Hash
  readonly blockNumber: bigint
  readonly gasUsed: bigint
  /** True when the effect was on the chain already and nothing was sent now. */
  readonly found: boolean
}

export type WriteOutcome = WriteReturnType & { readonly events: VeritaskEvent[] }

export type ContractCall = {
  readonly to: Address
  readonly data: Hex
  readonly value?: bigint
  readonly extraGas?: bigint
  /** The most gas the transaction may take: above it nothing is sent, and none is sent with more. */
  readonly maxGas?: bigint | undefined
}

/** A call with its arguments checked against the ABI. */
export function contractCall<const abi extends Abi, name extends ContractFunctionName<abi, 'payable' | 'nonpayable'>>(
  abi: abi,
  to: Address,
  functionName: name,
  args: ContractFunctionArgs<abi, 'payable' | 'nonpayable', name>,
  options: { value?: bigint; extraGas?: bigint; maxGas?: bigint | undefined } = {},
): ContractCall {
  const data = encodeFunctionData({ abi, functionName, args } as never)
  return { to, data, ...options }
}

/** Gas of a whole relayed transaction: more than any honest joining, commitment, submission, claim or record takes. */
export const MAX_RELAY_GAS = 3_000_000n
/** Gas on top of the estimate, in percent: state may move between estimate and execution. */
const GAS_MARGIN_PERCENT = 20n
/** How long to look for a transaction whose fate is unknown. */
const UNCERTAIN_SECONDS = 60
const FIRST_PAUSE_MS = 20
/** Signing again is safe only after the nonce was used by another transaction; more often than this something else is wrong. */
const MAX_SIGNATURES = 3
/** How often the effect of a relayed call is looked for. */
const RELAY_ATTEMPTS = 5

/**
 * Sends one transaction at most once.
 *
 * The effect is looked for first (a resubmission finds it and returns it), the call is simulated, then sent, then awaited. When
 * contact is lost after sending, the chain is asked until it shows the transaction or the effect; a transaction signed here
 * is only ever broadcast again with the same bytes.
 */
export async function write(
  client: VeritaskClient,
  parameters: {
    readonly deployment: Deployment
    readonly signer: Signer
    readonly call: ContractCall
    /** The transaction that had this very effect, when the chain shows it; throws when it shows another. */
    readonly findEffect?: (() => Promise<Hash | undefined>) | undefined
    /** Used only after contact was lost, where an earlier, equal effect must not be mistaken for this one. */
    readonly findAfter?: (() => Promise<Hash | undefined>) | undefined
  },
): Promise<WriteOutcome> {
  const { deployment, signer, call, findEffect } = parameters
  const findAfter = parameters.findAfter ?? findEffect
  const done = await findEffect?.()
  if (done) return outcome(await awaitReceipt(client, { hash: done }), deployment, true)

  // A signature that no contract would take is not asked for.
  if (signer.relay) assertRecipient(deployment, call.to)
  await assertCallable(client, signer, call)
  const request = requestOf(signer, call)
  let gas: bigint
  try {
    gas = await estimateGas(client, { ...request } as never)
  } catch (error) {
    throw toVeritaskError(error, signer.address)
  }
  const { maxGas, extraGas = 0n } = call
  if (maxGas !== undefined && gas > maxGas) throw new RelayedGasError({ gas, maxGas })
  gas += (gas * GAS_MARGIN_PERCENT) / 100n + extraGas
  // What behaves in an estimate may behave otherwise on the chain: the limit is what the sender can lose.
  if (maxGas !== undefined && gas > maxGas) gas = maxGas

  const receipt = signer.relay
    ? await awaitReceipt(client, {
        hash: await signer.relay(await signForwardRequest(client, deployment, signer, { ...call, gas })),
        find: findAfter,
      })
    : await (signer.local ? sendSigned : sendThroughWallet)(client, { ...request, gas }, signer, findAfter)
  if (receipt.status !== 'success') {
    // Someone else may have done it in between (a keeper settling, a relayer claiming).
    const other = await findEffect?.()
    if (other) return outcome(await awaitReceipt(client, { hash: other }), deployment, true)
    throw new TransactionFailedError({ hash: receipt.transactionHash })
  }
  return outcome(signer.relay ? await relayedEffect(client, receipt, findAfter) : receipt, deployment, false)
}

/** A relay names some transaction that succeeded; what counts is the one that had the effect. */
async function relayedEffect(
  client: VeritaskClient,
  receipt: TransactionReceipt,
  find: Find,
): Promise<TransactionReceipt> {
  if (!find) return receipt
  const { transactionHash: hash } = receipt
  for await (const attempt of pauses(client)) {
    const effect = await find()
    if (effect) return effect === hash ? receipt : await awaitReceipt(client, { hash: effect })
    // A node may show a transaction a moment before its logs.
    if (attempt === RELAY_ATTEMPTS) break
  }
  throw new EffectMissingError({ hash, effect: 'effect of the relayed call' })
}

/** Runs a call on the node without sending it. */
export async function assertCallable(client: VeritaskClient, signer: Signer, call: ContractCall): Promise<void> {
  try {
    await simulate(client, { ...requestOf(signer, call) } as never)
  } catch (error) {
    throw toVeritaskError(error, signer.address)
  }
}

function requestOf(signer: Signer, { to, data, value = 0n }: ContractCall) {
  // Who has its calls relayed need not hold a coin: by its address alone the node asks for none.
  const account = signer.relay ? signer.address : (signer.local ?? signer.address)
  return { to, data, value, account }
}

/** What a mined transaction did before. */
export async function outcomeOf(client: VeritaskClient, deployment: Deployment, hash: Hash): Promise<WriteOutcome> {
  return outcome(await awaitReceipt(client, { hash }), deployment, true)
}

type Prepared = { to: Address; data: Hex; value: bigint; gas: bigint }
type Find = (() => Promise<Hash | undefined>) | undefined

async function sendSigned(client: VeritaskClient, request: Prepared, signer: Signer, find: Find) {
  const local = signer.local!
  for (let attempt = 1; ; attempt++) {
    let serialized: Hex
    try {
      const prepared = await prepareTransactionRequest(client, {
        ...request,
        account: local,
        chain: client.chain,
      } as never)
      const serializer = client.chain?.serializers?.transaction
      serialized = await local.signTransaction(prepared as never, serializer ? { serializer } : undefined)
    } catch (error) {
      throw toVeritaskError(error, signer.address)
    }
    const hash = keccak256(serialized)
    try {
      await sendRawTransaction(client, { serializedTransaction: serialized })
    } catch (error) {
      if (!isTransportError(error)) {
        const receipt = await tryReceipt(client, hash)
        if (receipt) return receipt
        // Another transaction used the nonce, so this one can never be mined: it is safe to sign again.
        if (isNonceTooLow(error) && attempt < MAX_SIGNATURES) continue
        if (!/already known|already imported/i.test((error as Error).message))
          throw toVeritaskError(error, signer.address)
      }
      return await awaitReceipt(client, { hash, serialized, find, cause: error })
    }
    return await awaitReceipt(client, { hash, serialized, find })
  }
}

async function sendThroughWallet(client: VeritaskClient, request: Prepared, signer: Signer, find: Find) {
  let hash: Hash
  try {
    hash = await sendTransaction(client, { ...request, account: signer.address, chain: client.chain ?? null } as never)
  } catch (error) {
    const rejected =
      error instanceof ViemBaseError && error.walk((inner) => inner instanceof UserRejectedRequestError) !== null
    if (rejected || !isTransportError(error)) throw toVeritaskError(error, signer.address)
    return await awaitEffect(client, find, error)
  }
  return await awaitReceipt(client, { hash, find })
}

/** Waits for the receipt of a transaction, however often contact is lost; broadcasts it again when the node forgot it. */
async function awaitReceipt(
  client: VeritaskClient,
  { hash, serialized, find, cause }: { hash: Hash; serialized?: Hex; find?: Find; cause?: unknown },
): Promise<TransactionReceipt> {
  for await (const attempt of pauses(client)) {
    const receipt = await tryReceipt(client, hash)
    if (receipt) return receipt
    // The same bytes: a node that has them already answers so, one that lost them takes them again.
    if (serialized && attempt % 5 === 4)
      await sendRawTransaction(client, { serializedTransaction: serialized }).catch(() => undefined)
  }
  const effect = await find?.().catch(() => undefined)
  const receipt = effect && (await tryReceipt(client, effect))
  if (receipt) return receipt
  throw new SubmissionUncertainError({ hash, seconds: UNCERTAIN_SECONDS, cause })
}

/** Looks for the effect of a transaction whose hash never arrived. */
async function awaitEffect(client: VeritaskClient, find: Find, cause: unknown): Promise<TransactionReceipt> {
  for await (const _ of pauses(client)) {
    const hash = await find?.().catch((error) => {
      if (isTransportError(error) || isTransportError((error as Error).cause)) return undefined
      throw error
    })
    const receipt = hash && (await tryReceipt(client, hash))
    if (receipt) return receipt
  }
  throw new SubmissionUncertainError({ seconds: UNCERTAIN_SECONDS, cause })
}

async function tryReceipt(client: VeritaskClient, hash: Hash): Promise<TransactionReceipt | undefined> {
  try {
    return await getTransactionReceipt(client, { hash })
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError || isTransportError(error)) return undefined
    throw toVeritaskError(error)
  }
}

/** Growing pauses until the time is over. */
async function* pauses(client: VeritaskClient): AsyncGenerator<number> {
  const end = Date.now() + UNCERTAIN_SECONDS * 1000
  let pause = FIRST_PAUSE_MS
  for (let attempt = 0; Date.now() < end; attempt++) {
    yield attempt
    await new Promise((resolve) => setTimeout(resolve, pause))
    pause = Math.min(pause * 2, client.pollingInterval)
  }
}

function isNonceTooLow(error: unknown): boolean {
  return error instanceof ViemBaseError
    ? error.walk((inner) => inner instanceof NonceTooLowError) !== null || /nonce too low/i.test(error.message)
    : false
}

function outcome(receipt: TransactionReceipt, deployment: Deployment, found: boolean): WriteOutcome {
  return {
    hash: receipt.transactionHash,
    blockNumber: receipt.blockNumber,
    gasUsed: receipt.gasUsed,
    found,
    events: decodeVeritaskReceipt(receipt, deployment),
  }
}
