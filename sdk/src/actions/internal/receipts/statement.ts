import { proofContext } from '../../../context.js'
import type { Deployment } from '../../../deployments.js'
import type { VeritaskClient } from '../connect.js'
import { readLogs } from '../logs.js'
import { type ProofPlace, statementReceiptId } from '../statement.js'
import { type Receipt, type ReceiptFacts, ReceiptNotFoundError } from './facts.js'

/** A statement that was the whole task, proven at once. */
export const readDirectFacts = (client: VeritaskClient, deployment: Deployment, receipt: Receipt) =>
  readStatementFacts(client, deployment, receipt, 'direct')

/** A statement that was the whole task, claimed first and proven in a dispute. */
export const readOptimisticFacts = (client: VeritaskClient, deployment: Deployment, receipt: Receipt) =>
  readStatementFacts(client, deployment, receipt, 'optimistic')

async function readStatementFacts(
  client: VeritaskClient,
  deployment: Deployment,
  receipt: Receipt,
  contract: 'direct' | 'optimistic',
): Promise<ReceiptFacts> {
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
  const { payout } = joined.args
  const place: ProofPlace = { chainId: deployment.chainId, module: receipt.address, taskId, slot, payout, keyId }
  const { statement } = set.args.terms
  const { contextIndex, pinned, signals } = statement
  const asPinned =
    publicSignals.length === signals.length &&
    signals.every((signal, index) => ((pinned >> BigInt(index)) & 1n) === 0n || signal === publicSignals[index])
  const asClaimed = contract === 'direct' || claimed?.args.publicSignals.join() === publicSignals.join()
  return {
    statement: contract,
    place,
    circuit: undefined,
    pinned: {
      description: 'The task was created for statements under this key.',
      passed: statement.keyId === keyId,
    },
    inRange: undefined,
    context: {
      description: 'The proof is bound to this chain, settlement module, task, slot, payout address and key.',
      passed: publicSignals[contextIndex] === proofContext(place),
      detail: `payout ${payout}`,
    },
    stated: {
      description: 'The signals are those that the task pinned and the worker claimed.',
      passed: asPinned && asClaimed,
    },
    receiptId: statementReceiptId(place, publicSignals),
  }
}
