import type { Hash, Hex } from 'viem'
import { WHOLE_TASK } from '../context.js'
import { type Deployment, GROTH16_SYSTEM } from '../deployments.js'
import type { VeritaskEventNamed } from '../events/decode.js'
import { releaseKeys } from '../generated/releaseKeys.js'
import { keyDataToVkey, keyIdOf } from '../proving/groth16.js'
import type { ReleaseManifest } from '../proving/types.js'
import { connect, type ReadParameters, type VeritaskClient } from './internal/connect.js'
import { type KeyFreeze, readFreeze } from './internal/keyFreeze.js'
import { isBefore, readLogs } from './internal/logs.js'
import { readAggregateFacts } from './internal/receipts/consensus.js'
import {
  type ReadReceiptFacts,
  type Receipt,
  ReceiptNotFoundError,
  type ReceiptStatement,
} from './internal/receipts/facts.js'
import {
  readGoldAuditFacts,
  readHiddenGoldFacts,
  readOpenGoldFacts,
  readVoteFacts,
} from './internal/receipts/labels.js'
import { readDirectFacts, readOptimisticFacts } from './internal/receipts/statement.js'
import { challengeCircuitOf, isReleaseKey } from './internal/releaseKeys.js'
import { verifies } from './internal/verifies.js'
import { askRegistry } from './internal/verifyBatch.js'

export { ReceiptNotFoundError, type ReceiptStatement }

/** One thing that was checked, in words a reader understands. */
export type ReceiptCheck = {
  readonly name:
    | 'key-content'
    | 'key-status'
    | 'key-challenge'
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
    /** The first receipt of a slot; slot 2^32 - 1 has those about a task as a whole. */
    | { readonly taskId: Hex; readonly slot: number }
  ) & {
    /**
     * Whose keys are known to say what they say: the key must be the one it has for the statement's circuit. A task may pin any
     * active key, and a proof under the key of another circuit says another thing. Default: this release's; `null` leaves the
     * check out.
     */
    readonly manifest?: ReleaseManifest | null | undefined
  }
export type VerifyReceiptReturnType = {
  /** True when every check passed. */
  readonly valid: boolean
  readonly checks: readonly ReceiptCheck[]
  /**
   * Set when the key, or the one it depends on, was frozen after the receipt was issued: the chain accepted it, and it may be worth
   * nothing. `freezeText` says why.
   */
  readonly laterFreeze: KeyFreeze | undefined
  readonly receipt: {
    readonly receiptId: Hex
    readonly keyId: Hex
    readonly taskId: Hex
    readonly slot: number
    readonly statement: ReceiptStatement
    readonly publicSignals: readonly bigint[]
    readonly proof: Hex
    readonly hash: Hash
    readonly blockNumber: bigint
  }
}
export type VerifyReceiptErrorType = ReceiptNotFoundError | Error

/**
 * Checks a receipt again from chain data: the key and its content id, its status when the receipt was issued, who chose the
 * challenge, what the proof was bound to, what it states, and the Groth16 equation itself. Every statement the protocol takes can be checked: of
 * workers, of requesters and of the aggregators of a consensus. Trusts nothing but the chain's data; runs in browsers.
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

  const { proposed, activated, frozen } = await readKey(client, deployment, keyId)
  const freeze = await readFreeze(client, deployment, { keyId, dependsOn: proposed?.args.dependsOn })
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

  const derived = receipt.contract !== 'direct' && receipt.contract !== 'optimistic'
  const circuitWithChallenge = proposed && challengeCircuitOf(proposed.args.keyData)
  const needed = proposed?.args.needsChallenge === true || circuitWithChallenge !== undefined
  check(
    'key-challenge',
    'If the key needs a challenge, the settlement module derived it and the prover did not choose it.',
    proposed !== undefined && (derived ? proposed.args.needsChallenge : !needed),
    needed && !derived ? `${receipt.contract} derives no challenge: a proof under this key may be forged` : undefined,
  )

  const facts = await readFactsOf(receipt)(client, deployment, receipt)
  const { pinned, circuit, inRange, context, stated } = facts
  check('key-pinned', pinned.description, pinned.passed)
  const { manifest = releaseKeys } = parameters
  if (manifest && circuit) {
    // What the key's proposer declares is not enough: the key itself must be the one of the circuit.
    const passed = proposed !== undefined && isReleaseKey(manifest, circuit, proposed.args)
    check('key-artifacts', 'The key belongs to a circuit of this release.', passed, passed ? circuit : undefined)
  }
  if (inRange !== undefined) check('signal-range', 'Every public signal is below the field order.', inRange)
  check('context', context.description, context.passed, context.detail)
  check('statement', stated.description, stated.passed, stated.detail)
  const sound = await verifiesAgain(client, deployment, receipt, proposed)
  check('proof', sound.description, sound.passed)
  check('receipt-id', 'The receipt id names this very statement.', facts.receiptId === receiptId)

  return {
    valid: checks.every(({ passed }) => passed),
    checks,
    // A receipt is never issued under a key that is frozen already.
    laterFreeze: isBefore(frozen, receipt) ? undefined : freeze,
    receipt: {
      receiptId,
      keyId,
      taskId,
      slot,
      statement: facts.statement,
      publicSignals,
      proof,
      hash: receipt.transactionHash,
      blockNumber: receipt.blockNumber,
    },
  }
}

/** Module that issued a receipt → who knows its statements. */
const families: { readonly [contract in Receipt['contract']]: ReadReceiptFacts } = {
  openGold: readOpenGoldFacts,
  hiddenGold: readHiddenGoldFacts,
  goldAudit: readGoldAuditFacts,
  consensus: readVoteFacts,
  direct: readDirectFacts,
  optimistic: readOptimisticFacts,
}

function readFactsOf({ contract, args: { slot } }: Receipt): ReadReceiptFacts {
  return contract === 'consensus' && slot === WHOLE_TASK ? readAggregateFacts : families[contract]
}

/** A key of another proof system is asked on the chain: this library checks Groth16 alone. */
async function verifiesAgain(
  client: VeritaskClient,
  deployment: Deployment,
  { args: { keyId, publicSignals, proof } }: Receipt,
  proposed: VeritaskEventNamed<'KeyProposed'> | undefined,
): Promise<{ readonly description: string; readonly passed: boolean }> {
  if (!proposed || proposed.args.proofSystem === deployment.proofSystems[GROTH16_SYSTEM]) {
    const description = 'The Groth16 proof verifies under the key.'
    if (!proposed) return { description, passed: false }
    return { description, passed: await verifies(keyDataToVkey(proposed.args.keyData), { publicSignals, proof }) }
  }
  const [passed] = await askRegistry(client, deployment, keyId, [{ publicSignals, proof }])
  return { description: 'The chain says again that the proof verifies under the key.', passed: passed ?? false }
}

async function findReceiptLog(
  client: VeritaskClient,
  deployment: Deployment,
  parameters: VerifyReceiptParameters,
): Promise<Receipt> {
  const args = 'receiptId' in parameters ? { receiptId: parameters.receiptId } : { taskId: parameters.taskId }
  const receipts = await readLogs(client, deployment, {
    contract: ['openGold', 'hiddenGold', 'goldAudit', 'consensus', 'direct', 'optimistic'],
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
