import { type Address, type Hash, type Hex, isAddressEqual } from 'viem'
import { ProofMalformedError, proofFromBytes, toField } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { BaseError } from '../../errors/base.js'
import type { VeritaskEventNamed } from '../../events/decode.js'
import { verifyingKeyOf } from '../verifierKeys.js'
import type { VeritaskClient } from './context.js'
import { readLogs } from './logs.js'
import { chainSignals, type ProofPlace, type PublicStatement, receiptIdOf, SIGNAL, SIGNALS } from './statement.js'
import { verifies } from './verifies.js'

/** A proof that is ready to be sent, with everything needed to check it. Plain data: no secret is left in it. */
export type PreparedProof = ProofPlace & {
  readonly digest: bigint
  readonly publicSignals: readonly bigint[]
  readonly proof: Hex
}

/** The proof was made for another chain, settlement module, task, slot, payout address or verifier key. */
export class ProofContextMismatchError extends BaseError {
  override name = 'ProofContextMismatchError'
  readonly field: string
  constructor({ field, expected, actual }: { field: string; expected?: string; actual?: string }) {
    super(
      expected === undefined || actual === undefined
        ? 'The proof was made for another place than the one given with it.'
        : `The proof is for another ${field}: it was made for ${actual}, and this needs ${expected}.`,
      {
        metaMessages: [
          'A proof holds for one chain, settlement module, task, slot, payout address and verifier key.',
          'It cannot be moved. Make one for this place with `proveLabels` or `proveScore`.',
        ],
      },
    )
    this.field = field
  }
}

/** The public signals of the proof are not those the chain will compute. */
export class ProofStatementMismatchError extends BaseError {
  override name = 'ProofStatementMismatchError'
  readonly signal: string
  constructor({ signal }: { signal: string }) {
    super(`The proof says something else than what is sent with it: its "${signal}" signal differs.`, {
      metaMessages: ['Commitment, gold and ciphertext must be exactly those the proof was made with.'],
    })
    this.signal = signal
  }
}

/** The proof does not verify under the key registered on the chain. */
export class ProofDoesNotVerifyError extends BaseError {
  override name = 'ProofDoesNotVerifyError'
  constructor({ keyId }: { keyId: Hex }) {
    super('The proof does not verify, so it was not sent.', {
      metaMessages: ['If it was made here, the proving artifacts do not belong to the registered key.'],
      details: `verifier key ${keyId}`,
    })
  }
}

/**
 * Everything the chain will check about a proof, checked here first: form, field, place, statement, then the proof itself
 * under the registered key.
 */
export async function assertProof(
  client: VeritaskClient,
  deployment: Deployment,
  prepared: PreparedProof,
  expected: { readonly place: ProofPlace; readonly statement: PublicStatement },
): Promise<void> {
  if (prepared.publicSignals.length !== SIGNALS.length)
    throw new ProofMalformedError(`it has ${prepared.publicSignals.length} public signals, not ${SIGNALS.length}`)
  proofFromBytes(prepared.proof)
  toField(prepared.digest, 'The digest')
  for (const [index, signal] of prepared.publicSignals.entries()) toField(signal, `Public signal "${SIGNALS[index]}"`)

  assertPlace(prepared, expected.place)
  const signals = chainSignals(expected.place, expected.statement, prepared.digest)
  if (signals[SIGNAL.context] !== prepared.publicSignals[SIGNAL.context])
    throw new ProofContextMismatchError({ field: 'place' })
  SIGNALS.forEach((signal, index) => {
    if (signals[index] !== prepared.publicSignals[index]) throw new ProofStatementMismatchError({ signal })
  })

  const verifyingKey = await verifyingKeyOf(client, deployment, expected.place.keyId)
  if (!(await verifies(verifyingKey, prepared))) throw new ProofDoesNotVerifyError({ keyId: expected.place.keyId })
}

function assertPlace(actual: ProofPlace, expected: ProofPlace): void {
  const differ = (field: string, a: string, b: string) => {
    throw new ProofContextMismatchError({ field, expected: b, actual: a })
  }
  if (actual.chainId !== expected.chainId) differ('chain', String(actual.chainId), String(expected.chainId))
  if (!sameAddress(actual.module, expected.module)) differ('settlement module', actual.module, expected.module)
  if (!sameHex(actual.taskId, expected.taskId)) differ('task', actual.taskId, expected.taskId)
  if (actual.slot !== expected.slot) differ('slot', String(actual.slot), String(expected.slot))
  if (!sameAddress(actual.payout, expected.payout)) differ('payout address', actual.payout, expected.payout)
  if (!sameHex(actual.keyId, expected.keyId)) differ('verifier key', actual.keyId, expected.keyId)
}

/** The receipt of exactly this proof, or of this statement proven with other bytes. */
export async function findReceipt(
  client: VeritaskClient,
  deployment: Deployment,
  prepared: PreparedProof,
): Promise<{ hash: Hash; same: boolean; event: VeritaskEventNamed<'ReceiptIssued'> } | undefined> {
  const events = await readLogs(client, deployment, {
    contract: ['openGold', 'hiddenGold'],
    eventName: 'ReceiptIssued',
    args: { receiptId: receiptIdOf(prepared, prepared.digest) },
  })
  const event = events[0]
  if (!event) return undefined
  return { hash: event.transactionHash, same: sameHex(event.args.proof, prepared.proof), event }
}

function sameHex(a: Hex, b: Hex): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

function sameAddress(a: Address, b: Address): boolean {
  return isAddressEqual(a, b)
}
