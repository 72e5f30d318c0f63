import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  encodeFunctionData,
  type Hash,
  type Hex,
  isAddressEqual,
  keccak256,
  NonceTooLowError,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  UserRejectedRequestError,
  BaseError as ViemBaseError,
} from 'viem'
import {
  estimateGas,
  getBlock,
  getBlockNumber,
  getTransaction,
  getTransactionCount,
  getTransactionReceipt,
  prepareTransactionRequest,
  sendRawTransaction,
  sendTransaction,
  call as simulate,
} from 'viem/actions'
import type { Deployment } from '../../deployments.js'
import { RelayedGasError } from '../../errors/relay.js'
import {
  EffectMissingError,
  SubmissionUncertainError,
  TransactionFailedError,
  TransactionPendingError,
  TransactionReplacedError,
} from '../../errors/submission.js'
import { decodeVeritaskReceipt, type VeritaskEvent } from '../../events/decode.js'
import { isRateLimit, isRefusedRequest, isTransportError } from '../../events/nodeErrors.js'
import { toVeritaskError } from '../../events/reverts.js'
import { read, type Signer, type VeritaskClient } from './context.js'
import { assertRecipient, signForwardRequest } from './forward.js'
import { assertCoins } from './funds.js'
import { type JournaledTransaction, journalKey } from './journal.js'
import { patiently } from './limits.js'

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
/** Every how many looks at the receipt a transaction is broadcast again and its nonce looked at. */
const LOOK_EVERY = 5
/** Where to look for a replacement when nobody knows since when. */
const RECENT_BLOCKS = 128n
/** How often the effect of a relayed call is looked for. */
const RELAY_ATTEMPTS = 5

/**
 * Sends one transaction at most once.
 *
 * The effect is looked for first (a resubmission finds it and returns it), then a transaction that an earlier run has kept in
 * the journal. Only then the call is simulated, sent, and awaited. When contact is lost after sending, the chain is asked until
 * it shows the transaction or the effect; a transaction signed here is only ever broadcast again with the same bytes, or signed
 * again with the same nonce, so that at most one of both is mined.
 */
export async function write(
  client: VeritaskClient,
  parameters: {
    readonly deployment: Deployment
    readonly signer: Signer
    readonly call: ContractCall
    /** Checks and preparations that only count when nothing was sent before. */
    readonly prepare?: (() => Promise<void>) | undefined
    /** The transaction that had this very effect, when the chain shows it; throws when it shows another. */
    readonly findEffect?: (() => Promise<Hash | undefined>) | undefined
    /**
     * The same, in blocks from this one on, where an earlier, equal effect must not be mistaken for this one: used only for what
     * was sent already.
     */
    readonly findAfter?: ((fromBlock: bigint) => Promise<Hash | undefined>) | undefined
  },
): Promise<WriteOutcome> {
  const { deployment, signer, call, findEffect, findAfter } = parameters
  const journal = journalOf(deployment, signer, call)
  const kept = await journal?.get()
  const done = await findEffect?.()
  if (done) {
    const found = outcome(await awaitReceipt(client, { signer, hashes: [done] }), deployment, true)
    await journal?.delete()
    return found
  }
  const findFrom = (block: bigint): Find => (findAfter ? () => findAfter(block + 1n) : findEffect)
  const earlier = kept && (await resume(client, { kept, journal, signer, call, find: findFrom(BigInt(kept.block)) }))
  if (earlier?.receipt) return outcome(earlier.receipt, deployment, true)

  await parameters.prepare?.()
  // A signature that no contract would take is not asked for.
  if (signer.relay) assertRecipient(deployment, call.to)
  await assertCallable(client, signer, call)
  const request = requestOf(signer, call)
  const { maxGas, extraGas = 0n } = call
  let gas = await read(() => estimateGas(client, { ...request } as never), signer.address)
  if (maxGas !== undefined && gas > maxGas) throw new RelayedGasError({ gas, maxGas })
  gas += (gas * GAS_MARGIN_PERCENT) / 100n + extraGas
  // What behaves in an estimate may behave otherwise on the chain: the limit is what the sender can lose.
  if (maxGas !== undefined && gas > maxGas) gas = maxGas
  if (signer.local && !signer.relay) await assertCoins(client, signer.address, { gas, value: call.value })

  const block = await read(() => getBlockNumber(client, { cacheTime: 0 }))
  const sending: Sending = {
    signer,
    call,
    gas,
    block,
    find: findFrom(block),
    journal,
    nonce: earlier?.nonce,
    hashes: earlier?.hashes ?? [],
  }
  const receipt = signer.relay
    ? await awaitReceipt(client, {
        signer,
        hashes: [await signer.relay(await signForwardRequest(client, deployment, signer, { ...call, gas }))],
        find: sending.find,
      })
    : await (signer.local ? sendSigned : sendThroughWallet)(client, sending)
  if (receipt.status !== 'success') {
    // Someone else may have done it in between (a keeper settling, a relayer claiming).
    const other = await findEffect?.()
    if (other) return outcome(await awaitReceipt(client, { signer, hashes: [other] }), deployment, true)
    throw new TransactionFailedError({ hash: receipt.transactionHash })
  }
  return outcome(signer.relay ? await relayedEffect(client, receipt, sending.find, signer) : receipt, deployment, false)
}

/** The place of one call in the journal; what somebody else sends is not kept. */
function journalOf({ chainId }: Deployment, { journal, relay, address }: Signer, call: ContractCall): Journal {
  if (!journal || relay) return undefined
  const key = journalKey(chainId, address, call)
  return {
    get: () => journal.get(key),
    put: (transaction) => journal.put(key, transaction),
    delete: () => journal.delete(key),
  }
}

/**
 * What became of a transaction that an earlier run has sent: its receipt, or how the call may be sent again. A nonce is given
 * where the earlier transaction could still be mined.
 *
 * @throws {@link TransactionPendingError}, {@link TransactionReplacedError}
 */
async function resume(
  client: VeritaskClient,
  {
    kept,
    journal,
    signer,
    call,
    find,
  }: { kept: JournaledTransaction; journal: Journal; signer: Signer; call: ContractCall; find: Find },
): Promise<{ receipt?: TransactionReceipt; nonce?: number; hashes?: readonly Hash[] }> {
  const { nonce, hashes, serialized, block } = kept
  const settle = async (receipt: TransactionReceipt) => {
    await journal?.delete()
    // What failed had no effect: this is another attempt.
    return receipt.status === 'success' ? { receipt } : {}
  }
  for (const hash of hashes) {
    const receipt = await tryReceipt(client, hash)
    if (receipt) return await settle(receipt)
  }
  if (serialized) {
    const refusal = await sendRawTransaction(client, { serializedTransaction: serialized }).catch(
      (error: unknown) => error,
    )
    const refused =
      refusal instanceof Error && !isTransportError(refusal) && !isKnown(refusal) && !isNonceTooLow(refusal)
    // Its fee is too low by now, or the account cannot pay: whatever follows takes its nonce.
    if (refused && (await sightingOf(client, hashes)) !== 'pending') return { nonce, hashes }
  }
  if (hashes.length > 0) {
    const sent = { signer, call, nonce, hashes, serialized, find, block: BigInt(block) }
    return await settle(await settled(journal, () => awaitReceipt(client, sent)))
  }
  // A wallet had it and its answer was lost, so that only the effect can tell.
  const effect = await find?.()
  const receipt = effect && (await tryReceipt(client, effect))
  if (receipt) return await settle(receipt)
  const [mined, all] = await Promise.all(
    (['latest', 'pending'] as const).map((blockTag) =>
      read(() => getTransactionCount(client, { address: signer.address, blockTag })),
    ),
  )
  if (all! > mined!) throw new TransactionPendingError({ nonce, seconds: timeoutOf(signer) })
  return mined! > nonce ? {} : { nonce }
}

/** Forgets a transaction once it is known that it will never be mined. */
async function settled<T>(journal: Journal, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof TransactionReplacedError) await journal?.delete()
    throw error
  }
}

/** A relay names some transaction that succeeded; what counts is the one that had the effect. */
async function relayedEffect(
  client: VeritaskClient,
  receipt: TransactionReceipt,
  find: Find,
  signer: Signer,
): Promise<TransactionReceipt> {
  if (!find) return receipt
  const { transactionHash: hash } = receipt
  for await (const attempt of pauses(client, timeoutOf(signer))) {
    const effect = await find()
    if (effect) return effect === hash ? receipt : await awaitReceipt(client, { signer, hashes: [effect] })
    // A node may show a transaction a moment before its logs.
    if (attempt === RELAY_ATTEMPTS) break
  }
  throw new EffectMissingError({ hash, effect: 'effect of the relayed call' })
}

/** Runs a call on the node without sending it. */
export async function assertCallable(client: VeritaskClient, signer: Signer, call: ContractCall): Promise<void> {
  await read(() => simulate(client, { ...requestOf(signer, call) } as never), signer.address)
}

function requestOf(signer: Signer, { to, data, value = 0n }: ContractCall) {
  // Who has its calls relayed need not hold a coin: by its address alone the node asks for none.
  const account = signer.relay ? signer.address : (signer.local ?? signer.address)
  return { to, data, value, account }
}

/** What a mined transaction did before. */
export async function outcomeOf(client: VeritaskClient, deployment: Deployment, hash: Hash): Promise<WriteOutcome> {
  return outcome(await awaitReceipt(client, { hashes: [hash] }), deployment, true)
}

type Find = (() => Promise<Hash | undefined>) | undefined

/** One entry of a {@link TransactionJournal}. */
type Journal =
  | {
      readonly get: () => Promise<JournaledTransaction | undefined>
      readonly put: (transaction: JournaledTransaction) => Promise<void>
      readonly delete: () => Promise<void>
    }
  | undefined

type Sending = {
  readonly signer: Signer
  readonly call: ContractCall
  readonly gas: bigint
  readonly block: bigint
  readonly find: Find
  readonly journal: Journal
  /** The nonce it must have, where an earlier transaction of this call could still be mined. */
  readonly nonce?: number | undefined
  /** Transactions of this call with this nonce. */
  readonly hashes: readonly Hash[]
}

async function sendSigned(client: VeritaskClient, sending: Sending): Promise<TransactionReceipt> {
  const { signer, call, gas, block, find, journal } = sending
  const local = signer.local!
  let { nonce: fixed, hashes: earlier } = sending
  for (let attempt = 1; ; attempt++) {
    let serialized: Hex
    let nonce: number
    try {
      const request = { ...requestOf(signer, call), gas, account: local, chain: client.chain }
      const prepared = (await patiently(() =>
        prepareTransactionRequest(client, { ...request, ...(fixed === undefined ? {} : { nonce: fixed }) } as never),
      )) as { nonce: number }
      nonce = prepared.nonce
      const serializer = client.chain?.serializers?.transaction
      serialized = await local.signTransaction(prepared as never, serializer ? { serializer } : undefined)
    } catch (error) {
      throw toVeritaskError(error, signer.address)
    }
    const hashes = [keccak256(serialized), ...earlier]
    // Before anybody has it: whatever happens from here on, the next run knows of it.
    await journal?.put({ from: signer.address, nonce, hashes, serialized, block: String(block) })
    const sent = { signer, call, nonce, hashes, serialized, find, block }
    try {
      await patiently(() => sendRawTransaction(client, { serializedTransaction: serialized }))
    } catch (error) {
      if (!isTransportError(error) || isRefusedRequest(error)) {
        const receipt = await tryReceipt(client, hashes[0]!)
        if (receipt) {
          await journal?.delete()
          return receipt
        }
        // Another transaction used the nonce, so this one can never be mined: it is safe to sign again.
        if (isNonceTooLow(error) && earlier.length === 0 && attempt < MAX_SIGNATURES) {
          fixed = undefined
          continue
        }
        if (!isKnown(error) && !(isNonceTooLow(error) && earlier.length > 0)) {
          if (earlier.length === 0) await journal?.delete()
          throw toVeritaskError(error, signer.address)
        }
      }
      return await finish(client, { ...sent, cause: error }, journal)
    }
    return await finish(client, sent, journal)
  }
}

async function finish(client: VeritaskClient, sent: Sent, journal: Journal): Promise<TransactionReceipt> {
  const receipt = await settled(journal, () => awaitReceipt(client, sent))
  await journal?.delete()
  return receipt
}

async function sendThroughWallet(client: VeritaskClient, sending: Sending): Promise<TransactionReceipt> {
  const { signer, call, gas, block, find, journal } = sending
  const { address } = signer
  // Only a nonce that is fixed keeps another run from doing it twice when the wallet's answer is lost.
  const nonce = journal
    ? (sending.nonce ?? (await read(() => getTransactionCount(client, { address, blockTag: 'pending' }))))
    : undefined
  const keep = async (hashes: readonly Hash[]) => {
    if (nonce !== undefined) await journal?.put({ from: address, nonce, hashes, block: String(block) })
  }
  await keep(sending.hashes)
  let hash: Hash
  try {
    const request = { ...requestOf(signer, call), gas, account: address, chain: client.chain ?? null }
    hash = await sendTransaction(client, { ...request, ...(nonce === undefined ? {} : { nonce }) } as never)
  } catch (error) {
    const rejected =
      error instanceof ViemBaseError && error.walk((inner) => inner instanceof UserRejectedRequestError) !== null
    if (rejected || !isTransportError(error) || isRefusedRequest(error)) {
      await journal?.delete()
      throw toVeritaskError(error, address)
    }
    const receipt = await awaitEffect(client, find, signer, error)
    await journal?.delete()
    return receipt
  }
  await keep([hash, ...sending.hashes])
  return await finish(client, { signer, call, hashes: [hash, ...sending.hashes], find, block }, journal)
}

/** A transaction somebody has been given. */
type Sent = {
  readonly signer?: Signer | undefined
  readonly call?: ContractCall | undefined
  readonly nonce?: number | undefined
  readonly hashes: readonly Hash[]
  readonly serialized?: Hex | undefined
  readonly find?: Find
  /** Last block before it was sent. */
  readonly block?: bigint | undefined
  readonly cause?: unknown
}

const timeoutOf = (signer: Signer | undefined) => signer?.receiptTimeoutSeconds ?? UNCERTAIN_SECONDS

/**
 * Waits for the receipt of a transaction, however often contact is lost; broadcasts it again when the node forgot it, and notices
 * when another one took its nonce.
 */
async function awaitReceipt(client: VeritaskClient, sent: Sent): Promise<TransactionReceipt> {
  const { signer, hashes, serialized, find, cause } = sent
  const seconds = timeoutOf(signer)
  for await (const attempt of pauses(client, seconds)) {
    for (const hash of hashes) {
      const receipt = await tryReceipt(client, hash)
      if (receipt) return receipt
    }
    if (attempt % LOOK_EVERY !== LOOK_EVERY - 1) continue
    const replacement = await replacedBy(client, sent)
    if (replacement) return replacement
    // The same bytes: a node that has them already answers so, one that lost them takes them again.
    if (serialized) await sendRawTransaction(client, { serializedTransaction: serialized }).catch(() => undefined)
  }
  const effect = await find?.().catch(() => undefined)
  const receipt = effect && (await tryReceipt(client, effect))
  if (receipt) return receipt
  const sighting = await sightingOf(client, hashes)
  const [hash] = hashes
  if (sighting === 'pending') throw new TransactionPendingError({ hash, nonce: sent.nonce, seconds })
  throw new SubmissionUncertainError({ hash, seconds, lost: sighting === 'lost', cause })
}

/** Whether the node has one of these transactions and no block has yet. */
async function sightingOf(client: VeritaskClient, hashes: readonly Hash[]): Promise<'pending' | 'unknown' | 'lost'> {
  let sighting: 'unknown' | 'lost' = 'unknown'
  for (const hash of hashes) {
    try {
      await getTransaction(client, { hash })
      return 'pending'
    } catch (error) {
      if (!(error instanceof TransactionNotFoundError)) sighting = 'lost'
    }
  }
  return sighting
}

/**
 * The receipt of the same call in a transaction that took this one's nonce: a wallet that raised the fee.
 *
 * @throws {@link TransactionReplacedError} when another call did.
 */
async function replacedBy(client: VeritaskClient, sent: Sent): Promise<TransactionReceipt | undefined> {
  const { signer, hashes, call, block } = sent
  const [hash] = hashes
  if (!signer || signer.relay || !call || !hash) return undefined
  let other: { hash: Hash; to: Address | null; value: bigint; input: Hex } | undefined
  try {
    const nonce = sent.nonce ?? (await getTransaction(client, { hash })).nonce
    if ((await getTransactionCount(client, { address: signer.address, blockTag: 'latest' })) <= nonce) return undefined
    other = await minedWith(client, { from: signer.address, nonce, since: block })
  } catch {
    // Not known, or the node keeps no old states: the receipt is waited for.
    return undefined
  }
  // Its own receipt comes late.
  if (!other || hashes.includes(other.hash)) return undefined
  const isSame =
    !!other.to &&
    isAddressEqual(other.to, call.to) &&
    other.value === (call.value ?? 0n) &&
    other.input.toLowerCase() === call.data.toLowerCase()
  if (isSame) return await tryReceipt(client, other.hash)
  const isNothing = !!other.to && isAddressEqual(other.to, signer.address) && other.value === 0n && other.input === '0x'
  throw new TransactionReplacedError({ hash, replacement: other.hash, reason: isNothing ? 'cancelled' : 'replaced' })
}

/** The mined transaction of an account with a nonce, from the states of the blocks since one before it. */
async function minedWith(
  client: VeritaskClient,
  { from, nonce, since }: { from: Address; nonce: number; since: bigint | undefined },
) {
  const latest = await getBlockNumber(client, { cacheTime: 0 })
  let low = since ?? (latest > RECENT_BLOCKS ? latest - RECENT_BLOCKS : 0n)
  let high = latest
  while (low + 1n < high) {
    const middle = (low + high) / 2n
    const count = await getTransactionCount(client, { address: from, blockNumber: middle })
    if (count > nonce) high = middle
    else low = middle
  }
  const { transactions } = await getBlock(client, { blockNumber: high, includeTransactions: true })
  return transactions.find((mined) => isAddressEqual(mined.from, from) && mined.nonce === nonce)
}

/** Looks for the effect of a transaction whose hash never arrived. */
async function awaitEffect(
  client: VeritaskClient,
  find: Find,
  signer: Signer,
  cause: unknown,
): Promise<TransactionReceipt> {
  const seconds = timeoutOf(signer)
  for await (const _ of pauses(client, seconds)) {
    const hash = await find?.().catch((error) => {
      if (isTransportError(error) || isTransportError((error as Error).cause)) return undefined
      throw error
    })
    const receipt = hash && (await tryReceipt(client, hash))
    if (receipt) return receipt
  }
  throw new SubmissionUncertainError({ seconds, cause })
}

async function tryReceipt(client: VeritaskClient, hash: Hash): Promise<TransactionReceipt | undefined> {
  try {
    return await getTransactionReceipt(client, { hash })
  } catch (error) {
    const later = error instanceof TransactionReceiptNotFoundError || isTransportError(error) || isRateLimit(error)
    if (later && !isRefusedRequest(error)) return undefined
    throw toVeritaskError(error)
  }
}

/** Growing pauses until the time is over. */
async function* pauses(client: VeritaskClient, seconds: number): AsyncGenerator<number> {
  const end = Date.now() + seconds * 1000
  let pause = FIRST_PAUSE_MS
  for (let attempt = 0; Date.now() < end; attempt++) {
    yield attempt
    await new Promise((resolve) => setTimeout(resolve, pause))
    pause = Math.min(pause * 2, client.pollingInterval)
  }
}

/** Whether a node says that it has the transaction already. */
function isKnown(error: unknown): boolean {
  return /already known|already imported/i.test((error as Error).message)
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
