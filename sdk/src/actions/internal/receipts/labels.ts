import type { Hex } from 'viem'
import { commitmentContext } from '../../../context.js'
import type { Deployment } from '../../../deployments.js'
import type { VeritaskEventNamed } from '../../../events/decode.js'
import { circuitNameFor, decodeRules } from '../../../labels/rules.js'
import type { VeritaskClient } from '../connect.js'
import { isBefore, readLogs } from '../logs.js'
import { type ProofPlace, type PublicStatement, vectorOf } from '../statement.js'
import { type Receipt, type ReceiptFacts, ReceiptNotFoundError, vectorFacts } from './facts.js'

/** A worker's labels: legal, agreeing with opened gold, or scored and audited against hidden gold. */
type Stated = { readonly statement: PublicStatement; readonly pinnedKeyId: Hex }
type Delivered = VeritaskEventNamed<'LabelsDelivered'>['args']
type Read = (client: VeritaskClient, deployment: Deployment, receipt: Receipt, delivered: Delivered) => Promise<Stated>

type LabelModule = 'openGold' | 'hiddenGold' | 'consensus'

export const readOpenGoldFacts = labelFacts('openGold', readOpenGold)
export const readHiddenGoldFacts = labelFacts('hiddenGold', readHiddenGold)
/** An answer of a gold audit, about labels that were delivered to the settlement. */
export const readGoldAuditFacts = labelFacts('hiddenGold', readAudit)
/** A vote of a consensus task; what is proven about the task as a whole is read elsewhere. */
export const readVoteFacts = labelFacts('consensus', readVote)

function labelFacts(contract: LabelModule, readStatement: Read) {
  return async (client: VeritaskClient, deployment: Deployment, receipt: Receipt): Promise<ReceiptFacts> => {
    const { taskId, slot, keyId } = receipt.args
    const at = { taskId, slot }
    const [[joined], [delivered]] = await Promise.all([
      readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'SlotJoined', args: at }),
      readLogs(client, deployment, { contract, eventName: 'LabelsDelivered', args: at }),
    ])
    if (!joined || !delivered) throw new ReceiptNotFoundError({ what: `of a delivered slot in task ${taskId}` })
    const { payout } = joined.args
    const place: ProofPlace = { chainId: deployment.chainId, module: receipt.address, ...at, payout, keyId }
    const { statement, pinnedKeyId } = await readStatement(client, deployment, receipt, delivered.args)
    const { inRange, receiptId, bound, matches } = vectorFacts(receipt, place, () => vectorOf(place, statement))
    return {
      statement: statement.statement,
      place,
      circuit: circuitNameFor(statement.statement, decodeRules(statement.rules)),
      pinned: {
        description: `The task was created under this key for ${statement.statement} proofs.`,
        passed: keyId === pinnedKeyId,
      },
      inRange,
      context: {
        description: 'The proof is bound to this chain, settlement module, task, slot, payout address and key.',
        passed: bound,
        detail: `payout ${payout}`,
      },
      stated: {
        description: 'The proof is about the commitment, rules, gold and ciphertext that the chain shows.',
        passed: matches,
      },
      receiptId,
    }
  }
}

async function readOpenGold(
  client: VeritaskClient,
  deployment: Deployment,
  { args: { taskId, slot } }: Receipt,
  delivery: Delivered,
): Promise<Stated> {
  const contract = 'openGold'
  const [[set], [opened], [committed]] = await Promise.all([
    readLogs(client, deployment, { contract, eventName: 'OpenGoldTermsSet', args: { taskId } }),
    readLogs(client, deployment, { contract, eventName: 'GoldOpened', args: { taskId } }),
    readLogs(client, deployment, { contract, eventName: 'LabelsCommitted', args: { taskId, slot } }),
  ])
  if (!set || !committed) throw new ReceiptNotFoundError({ what: `of a committed slot in task ${taskId}` })
  const { rules, encryptionKey, agreementKeyId, legalityKeyId } = set.args.terms
  const base = { rules, encryptionKey, commitment: committed.args.commitment, delivery }
  return opened
    ? { statement: { statement: 'open-gold', ...base, gold: opened.args.gold }, pinnedKeyId: agreementKeyId }
    : { statement: { statement: 'legality', ...base }, pinnedKeyId: legalityKeyId }
}

async function readHiddenGold(
  client: VeritaskClient,
  deployment: Deployment,
  { args: { taskId, slot, keyId }, transactionHash }: Receipt,
  delivery: Delivered,
): Promise<Stated> {
  const [terms, scores] = await Promise.all([
    readHiddenGoldTerms(client, deployment, taskId),
    readLogs(client, deployment, { contract: 'hiddenGold', eventName: 'SlotScored', args: { taskId, slot } }),
  ])
  const { rules, encryptionKey, goldCommitment, legalityKeyId, scoreKeyId } = terms
  const base = { rules, commitment: delivery.commitment }
  const scored = scores.find((event) => event.transactionHash === transactionHash)
  if (scored && keyId === scoreKeyId) {
    const { agreements } = scored.args
    return { statement: { statement: 'score', ...base, goldCommitment, agreements }, pinnedKeyId: scoreKeyId }
  }
  return { statement: { statement: 'legality', ...base, encryptionKey, delivery }, pinnedKeyId: legalityKeyId }
}

async function readAudit(
  client: VeritaskClient,
  deployment: Deployment,
  receipt: Receipt,
  { commitment }: Delivered,
): Promise<Stated> {
  const { taskId, slot: member } = receipt.args
  const [{ rules, goldCommitment, auditKeyId }, answers] = await Promise.all([
    readHiddenGoldTerms(client, deployment, taskId),
    readLogs(client, deployment, { contract: 'goldAudit', eventName: 'SlotAudited', args: { taskId, member } }),
  ])
  // A slot can be on the panels of several audits: of its answers, the one just before the receipt is the receipt's.
  const answer = answers.filter((event) => isBefore(event, receipt)).at(-1)
  if (!answer) throw new ReceiptNotFoundError({ what: `of an audited slot in task ${taskId}` })
  const { slot, withGold, withChallenger } = answer.args
  return {
    statement: {
      statement: 'audit',
      rules,
      commitment,
      goldCommitment,
      settlement: deployment.contracts.hiddenGold,
      ...(await readChallenger(client, deployment, { taskId, slot })),
      withGold,
      withChallenger,
    },
    pinnedKeyId: auditKeyId,
  }
}

async function readHiddenGoldTerms(client: VeritaskClient, deployment: Deployment, taskId: Hex) {
  const contract = 'hiddenGold'
  const [set] = await readLogs(client, deployment, { contract, eventName: 'HiddenGoldTermsSet', args: { taskId } })
  if (!set) throw new ReceiptNotFoundError({ what: `of a task with terms: ${taskId}` })
  return set.args.terms
}

/** Whose labels an audit is held against. */
async function readChallenger(client: VeritaskClient, deployment: Deployment, at: { taskId: Hex; slot: number }) {
  const [[joined], [delivered]] = await Promise.all([
    readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'SlotJoined', args: at }),
    readLogs(client, deployment, { contract: 'hiddenGold', eventName: 'LabelsDelivered', args: at }),
  ])
  if (!joined || !delivered) throw new ReceiptNotFoundError({ what: `of a delivered slot in task ${at.taskId}` })
  const { chainId, contracts } = deployment
  const place = { chainId, module: contracts.hiddenGold, ...at, payout: joined.args.payout }
  return {
    challengerCommitmentContext: commitmentContext(place),
    challengerCommitment: delivered.args.commitment,
  }
}

async function readVote(
  client: VeritaskClient,
  deployment: Deployment,
  { args: { taskId } }: Receipt,
  delivery: Delivered,
): Promise<Stated> {
  const [set] = await readLogs(client, deployment, {
    contract: 'consensus',
    eventName: 'ConsensusTermsSet',
    args: { taskId },
  })
  if (!set) throw new ReceiptNotFoundError({ what: `of a task with terms: ${taskId}` })
  const { rules, encryptionKey, legalityKeyId } = set.args.terms
  const { commitment } = delivery
  return {
    statement: { statement: 'legality', rules, encryptionKey, commitment, delivery },
    pinnedKeyId: legalityKeyId,
  }
}
