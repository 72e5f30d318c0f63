import type { Hash, Hex } from 'viem'
import { type CircuitManifest, circuitNameFor, decodeRules, FIELD_ORDER, keyDataToVkey, keyIdOf } from '../core.js'
import type { Deployment } from '../deployments.js'
import { BaseError } from '../errors/base.js'
import type { VeritaskEventNamed } from '../events/decode.js'
import { connect, type ReadParameters, type VeritaskClient } from './internal/context.js'
import { releaseKeyIdOf } from './internal/keys.js'
import { isBefore, readLogs } from './internal/logs.js'
import { verifies } from './internal/proof.js'
import {
  chainSignals,
  type ProofPlace,
  type PublicStatement,
  receiptIdOf,
  SIGNAL,
  SIGNALS,
} from './internal/statement.js'

export class ReceiptNotFoundError extends BaseError {
  override name = 'ReceiptNotFoundError'
  constructor({ what }: { what: string }) {
    super(`There is no receipt ${what}.`, { metaMessages: ['Only statements the chain verified have one.'] })
  }
}

/** One thing that was checked, in words a reader understands. */
export type ReceiptCheck = {
  readonly name:
    | 'key-content'
    | 'key-status'
    | 'key-pinned'
    | 'key-artifacts'
    | 'signal-range'
    | 'context'
    | 'statement'
    | 'proof'
    | 'receipt-id'
  readonly description: string
  readonly passed: boolean
  /** What was found, when that helps. */
  readonly detail?: string
}

export type VerifyReceiptParameters = ReadParameters &
  (
    | { readonly receiptId: Hex }
    /** The first receipt of a slot. */
    | { readonly taskId: Hex; readonly slot: number }
  ) & {
    /** Of this release. When given, the key must be the one this release has for the statement's circuit as well. */
    readonly manifest?: CircuitManifest | undefined
  }
export type VerifyReceiptReturnType = {
  /** True when every check passed. */
  readonly valid: boolean
  readonly checks: readonly ReceiptCheck[]
  readonly receipt: {
    readonly receiptId: Hex
    readonly keyId: Hex
    readonly taskId: Hex
    readonly slot: number
    readonly statement: PublicStatement['statement']
    readonly publicSignals: readonly bigint[]
    readonly proof: Hex
    readonly hash: Hash
    readonly blockNumber: bigint
  }
}
export type VerifyReceiptErrorType = ReceiptNotFoundError | Error

/**
 * Checks a receipt again from chain data: the key and its content id, its status when the receipt was issued, what the
 * proof was bound to, what it states, and the Groth16 equation itself. Trusts nothing but the logs; runs in browsers.
 *
 * @example
 * import { verifyReceipt } from '@veritask/sdk'
 * const { valid, checks } = await verifyReceipt(client, { receiptId })
 */
export async function verifyReceipt(
  client: VeritaskClient,
  parameters: VerifyReceiptParameters,
): Promise<VerifyReceiptReturnType> {
  const deployment = await connect(client, parameters)
  const receipt = await findReceiptLog(client, deployment, parameters)
  const { receiptId, keyId, taskId, slot, publicSignals, proof } = receipt.args
  const facts = await readFacts(client, deployment, receipt)
  const checks: ReceiptCheck[] = []
  const check = (name: ReceiptCheck['name'], description: string, passed: boolean, detail?: string) =>
    checks.push({ name, description, passed, ...(detail === undefined ? {} : { detail }) })

  const { proposed, activated, frozen } = facts.key
  check(
    'key-content',
    'The verifying key has the content its id was computed from.',
    proposed !== undefined && keyIdOf(proposed.args) === keyId,
    keyId,
  )
  check(
    'key-status',
    'The key was active when the receipt was issued.',
    isBefore(activated, receipt) && !isBefore(frozen, receipt),
    proposed?.args.development ? 'development key: no ceremony stands behind it' : undefined,
  )
  check('key-pinned', `The task was created under this key for ${facts.statement.statement} proofs.`, facts.pinned)
  if (parameters.manifest) {
    // What the key's proposer declares is not enough: the key itself must be the one of the circuit.
    const circuit = circuitNameFor(facts.statement.statement, decodeRules(facts.statement.rules))
    const passed = releaseKeyIdOf(parameters.manifest, circuit) === keyId
    check('key-artifacts', 'The key belongs to a circuit of this release.', passed, passed ? circuit : undefined)
  }

  const inRange = publicSignals.length === SIGNALS.length && publicSignals.every((signal) => signal < FIELD_ORDER)
  check('signal-range', 'Every public signal is below the field order.', inRange)
  const digest = publicSignals[SIGNAL.digest] ?? 0n
  const expected = inRange ? chainSignals(facts.place, facts.statement, digest) : []
  const same = (index: number) => inRange && expected[index] === publicSignals[index]
  check(
    'context',
    'The proof is bound to this chain, settlement module, task, slot, payout address and key.',
    same(SIGNAL.context),
    `payout ${facts.place.payout}`,
  )
  check(
    'statement',
    'The proof is about the commitment, rules, gold and ciphertext that the chain shows.',
    same(SIGNAL.evaluation) && same(SIGNAL.alpha),
  )
  check(
    'proof',
    'The Groth16 proof verifies under the key.',
    proposed !== undefined && (await verifies(keyDataToVkey(proposed.args.keyData), { publicSignals, proof })),
  )
  check('receipt-id', 'The receipt id names this very statement.', receiptIdOf(facts.place, digest) === receiptId)

  return {
    valid: checks.every(({ passed }) => passed),
    checks,
    receipt: {
      receiptId,
      keyId,
      taskId,
      slot,
      statement: facts.statement.statement,
      publicSignals,
      proof,
      hash: receipt.transactionHash,
      blockNumber: receipt.blockNumber,
    },
  }
}

type Receipt = VeritaskEventNamed<'ReceiptIssued'>

async function findReceiptLog(
  client: VeritaskClient,
  deployment: Deployment,
  parameters: VerifyReceiptParameters,
): Promise<Receipt> {
  const args = 'receiptId' in parameters ? { receiptId: parameters.receiptId } : { taskId: parameters.taskId }
  const receipts = await readLogs(client, deployment, {
    contract: ['openGold', 'hiddenGold'],
    eventName: 'ReceiptIssued',
    args,
  })
  const found = 'receiptId' in parameters ? receipts[0] : receipts.find(({ args }) => args.slot === parameters.slot)
  if (!found)
    throw new ReceiptNotFoundError({
      what:
        'receiptId' in parameters ? parameters.receiptId : `of slot ${parameters.slot} of task ${parameters.taskId}`,
    })
  return found
}

/** Everything around a receipt that logs tell: place, public statement, key history. */
async function readFacts(client: VeritaskClient, deployment: Deployment, receipt: Receipt) {
  const { taskId, slot, keyId } = receipt.args
  const log = <name extends Parameters<typeof readLogs>[2]['eventName'] & string>(
    contract: 'taskRegistry' | 'openGold' | 'hiddenGold' | 'verifierKeyRegistry',
    eventName: name,
    args: { taskId?: Hex; slot?: number; keyId?: Hex },
  ) => readLogs(client, deployment, { contract, eventName: eventName as never, args })
  const module = receipt.contract === 'openGold' ? 'openGold' : 'hiddenGold'
  const at = { taskId, slot }
  const [joined, delivered, proposed, activated, frozen] = (await Promise.all([
    log('taskRegistry', 'SlotJoined', at),
    log(module, 'LabelsDelivered', at),
    log('verifierKeyRegistry', 'KeyProposed', { keyId }),
    log('verifierKeyRegistry', 'KeyActivated', { keyId }),
    log('verifierKeyRegistry', 'KeyFrozen', { keyId }),
  ])) as unknown as [
    VeritaskEventNamed<'SlotJoined'>[],
    VeritaskEventNamed<'LabelsDelivered'>[],
    VeritaskEventNamed<'KeyProposed'>[],
    VeritaskEventNamed<'KeyActivated'>[],
    VeritaskEventNamed<'KeyFrozen'>[],
  ]
  const delivery = delivered[0]
  const holder = joined[0]
  if (!holder || !delivery) throw new ReceiptNotFoundError({ what: `of a delivered slot in task ${taskId}` })
  const place: ProofPlace = {
    chainId: deployment.chainId,
    module: receipt.address,
    taskId,
    slot,
    payout: holder.args.payout,
    keyId,
  }
  const key = { proposed: proposed[0], activated: activated[0], frozen: frozen[0] }
  const { commitment, ephemeralKey, ciphertext } = delivery.args
  const encrypted = { ephemeralKey, ciphertext }

  if (module === 'openGold') {
    const [set] = await readLogs(client, deployment, {
      contract: module,
      eventName: 'OpenGoldTermsSet',
      args: { taskId },
    })
    const [opened] = await readLogs(client, deployment, { contract: module, eventName: 'GoldOpened', args: { taskId } })
    const [committed] = await readLogs(client, deployment, { contract: module, eventName: 'LabelsCommitted', args: at })
    if (!set || !committed) throw new ReceiptNotFoundError({ what: `of a committed slot in task ${taskId}` })
    const { rules, encryptionKey, agreementKeyId, legalityKeyId } = set.args.terms
    const base = { rules, encryptionKey, commitment: committed.args.commitment, delivery: encrypted }
    const statement: PublicStatement = opened
      ? { statement: 'open-gold', ...base, gold: opened.args.gold }
      : { statement: 'legality', ...base }
    return { place, key, statement, pinned: keyId === (opened ? agreementKeyId : legalityKeyId) }
  }

  const [set] = await readLogs(client, deployment, {
    contract: module,
    eventName: 'HiddenGoldTermsSet',
    args: { taskId },
  })
  const scores = await readLogs(client, deployment, { contract: module, eventName: 'SlotScored', args: at })
  if (!set) throw new ReceiptNotFoundError({ what: `of a task with terms: ${taskId}` })
  const { rules, encryptionKey, goldCommitment, legalityKeyId, scoreKeyId } = set.args.terms
  const scored = scores.find((event) => event.transactionHash === receipt.transactionHash)
  const statement: PublicStatement =
    scored && keyId === scoreKeyId
      ? { statement: 'score', rules, commitment, goldCommitment, agreements: scored.args.agreements }
      : { statement: 'legality', rules, commitment, encryptionKey, delivery: encrypted }
  return {
    place,
    key,
    statement,
    pinned: keyId === (statement.statement === 'score' ? scoreKeyId : legalityKeyId),
  }
}
