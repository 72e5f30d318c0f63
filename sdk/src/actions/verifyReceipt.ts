import type { Hash, Hex } from 'viem'
import {
  type CircuitManifest,
  circuitNameFor,
  decodeRules,
  FIELD_ORDER,
  keyDataToVkey,
  keyIdOf,
  proofContext,
} from '../core.js'
import { type Deployment, GROTH16_SYSTEM } from '../deployments.js'
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
import { statementReceiptId } from './internal/statementTask.js'
import { verifyProofs } from './verifyProofs.js'

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
    readonly statement: PublicStatement['statement'] | 'direct' | 'optimistic'
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
  const checks: ReceiptCheck[] = []
  const check = (name: ReceiptCheck['name'], description: string, passed: boolean, detail?: string) =>
    checks.push({ name, description, passed, ...(detail === undefined ? {} : { detail }) })
  const answer = (statement: VerifyReceiptReturnType['receipt']['statement']): VerifyReceiptReturnType => ({
    valid: checks.every(({ passed }) => passed),
    checks,
    receipt: {
      receiptId,
      keyId,
      taskId,
      slot,
      statement,
      publicSignals,
      proof,
      hash: receipt.transactionHash,
      blockNumber: receipt.blockNumber,
    },
  })

  const { proposed, activated, frozen } = await readKey(client, deployment, keyId)
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
  if (receipt.contract === 'direct' || receipt.contract === 'optimistic') {
    const facts = await readStatementFacts(client, deployment, receipt, receipt.contract)
    check('key-pinned', 'The task was created for statements under this key.', facts.pinned)
    check(
      'context',
      'The proof is bound to this chain, settlement module, task, slot, payout address and key.',
      facts.context,
      `payout ${facts.place.payout}`,
    )
    check('statement', 'The signals are those that the task pinned and the worker claimed.', facts.signals)
    const groth16 = proposed?.args.proofSystem === deployment.proofSystems[GROTH16_SYSTEM]
    check(
      'proof',
      groth16
        ? 'The Groth16 proof verifies under the key.'
        : 'The chain says again that the proof verifies under the key.',
      proposed !== undefined &&
        (groth16
          ? await verifies(keyDataToVkey(proposed.args.keyData), { publicSignals, proof })
          : ((await verifyProofs(client, { deployment, keyId, proofs: [{ publicSignals, proof }] }))[0] ?? false)),
    )
    check(
      'receipt-id',
      'The receipt id names this very statement.',
      statementReceiptId(facts.place, publicSignals) === receiptId,
    )
    return answer(receipt.contract)
  }

  const facts = await readFacts(client, deployment, receipt)
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

  return answer(facts.statement.statement)
}

type Receipt = VeritaskEventNamed<'ReceiptIssued'>

async function findReceiptLog(
  client: VeritaskClient,
  deployment: Deployment,
  parameters: VerifyReceiptParameters,
): Promise<Receipt> {
  const args = 'receiptId' in parameters ? { receiptId: parameters.receiptId } : { taskId: parameters.taskId }
  const receipts = await readLogs(client, deployment, {
    contract: ['openGold', 'hiddenGold', 'consensus', 'direct', 'optimistic'],
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

async function readKey(client: VeritaskClient, deployment: Deployment, keyId: Hex) {
  const log = async <name extends 'KeyProposed' | 'KeyActivated' | 'KeyFrozen'>(eventName: name) => {
    const found = await readLogs(client, deployment, { contract: 'verifierKeyRegistry', eventName, args: { keyId } })
    return found[0] as VeritaskEventNamed<name> | undefined
  }
  const [proposed, activated, frozen] = await Promise.all([log('KeyProposed'), log('KeyActivated'), log('KeyFrozen')])
  return { proposed, activated, frozen }
}

/** What the logs say of a statement that was the whole task. */
async function readStatementFacts(
  client: VeritaskClient,
  deployment: Deployment,
  receipt: Receipt,
  contract: 'direct' | 'optimistic',
) {
  const { taskId, slot, keyId, publicSignals } = receipt.args
  const [[set], [joined], [claimed]] = await Promise.all([
    readLogs(client, deployment, {
      contract,
      eventName: contract === 'direct' ? ('DirectTermsSet' as const) : ('OptimisticTermsSet' as const),
      args: { taskId },
    }),
    readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'SlotJoined', args: { taskId, slot } }),
    contract === 'direct'
      ? []
      : readLogs(client, deployment, { contract, eventName: 'StatementClaimed', args: { taskId, slot } }),
  ])
  if (!set || !joined) throw new ReceiptNotFoundError({ what: `of a joined slot in task ${taskId}` })
  const place: ProofPlace = {
    chainId: deployment.chainId,
    module: receipt.address,
    taskId,
    slot,
    payout: joined.args.payout,
    keyId,
  }
  const { statement } = set.args.terms
  const { contextIndex, pinned, signals } = statement
  const asPinned =
    publicSignals.length === signals.length &&
    signals.every((signal, index) => ((pinned >> BigInt(index)) & 1n) === 0n || signal === publicSignals[index])
  const asClaimed = contract === 'direct' || claimed?.args.publicSignals.join() === publicSignals.join()
  return {
    place,
    pinned: statement.keyId === keyId,
    context: publicSignals[contextIndex] === proofContext(place),
    signals: asPinned && asClaimed,
  }
}

/** Everything around a labelling receipt that logs tell: place and public statement. */
async function readFacts(client: VeritaskClient, deployment: Deployment, receipt: Receipt) {
  const { taskId, slot, keyId } = receipt.args
  const module =
    receipt.contract === 'openGold' ? 'openGold' : receipt.contract === 'consensus' ? 'consensus' : 'hiddenGold'
  const at = { taskId, slot }
  const [joined, delivered] = await Promise.all([
    readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'SlotJoined', args: at }),
    readLogs(client, deployment, { contract: module, eventName: 'LabelsDelivered', args: at }),
  ])
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
    return { place, statement, pinned: keyId === (opened ? agreementKeyId : legalityKeyId) }
  }

  if (module === 'consensus') {
    const [set] = await readLogs(client, deployment, {
      contract: module,
      eventName: 'ConsensusTermsSet',
      args: { taskId },
    })
    if (!set) throw new ReceiptNotFoundError({ what: `of a task with terms: ${taskId}` })
    const { rules, encryptionKey, legalityKeyId } = set.args.terms
    const statement: PublicStatement = {
      statement: 'legality',
      rules,
      commitment,
      encryptionKey,
      delivery: encrypted,
    }
    return { place, statement, pinned: keyId === legalityKeyId }
  }

  const [set] = await readLogs(client, deployment, {
    contract: module,
    eventName: 'HiddenGoldTermsSet',
    args: { taskId },
  })
  const [scores, audits] = await Promise.all([
    readLogs(client, deployment, { contract: module, eventName: 'SlotScored', args: at }),
    readLogs(client, deployment, { contract: module, eventName: 'SlotAudited', args: at }),
  ])
  if (!set) throw new ReceiptNotFoundError({ what: `of a task with terms: ${taskId}` })
  const { rules, encryptionKey, goldCommitment, legalityKeyId, scoreKeyId, auditKeyId } = set.args.terms
  const scored = scores.find((event) => event.transactionHash === receipt.transactionHash)
  // A slot is audited once, so its key tells.
  const [audited] = audits
  if (audited && keyId === auditKeyId) {
    const { agreementBits } = audited.args
    const statement: PublicStatement = { statement: 'audit', rules, commitment, goldCommitment, agreementBits }
    return { place, statement, pinned: true }
  }
  const statement: PublicStatement =
    scored && keyId === scoreKeyId
      ? { statement: 'score', rules, commitment, goldCommitment, agreements: scored.args.agreements }
      : { statement: 'legality', rules, commitment, encryptionKey, delivery: encrypted }
  return {
    place,
    statement,
    pinned: keyId === (statement.statement === 'score' ? scoreKeyId : legalityKeyId),
  }
}
