import type { Hex } from 'viem'
import type { TaskNotFoundError } from '../errors/contract.js'
import { AuditPendingError, NoAuditError } from '../errors/disputes.js'
import { findEvent } from '../events/decode.js'
import { goldAuditAbi } from '../generated/abis.js'
import { auditStanding } from '../phase.js'
import { type Ruling, rulings } from '../states.js'
import { connect, resolveSigner, type UnrelayedParameters, type VeritaskClient } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertKind, readTask } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

export type CloseAuditParameters = UnrelayedParameters & {
  readonly taskId: Hex
  /** Of the worker who asked for the audit. */
  readonly slot: number
}
export type CloseAuditReturnType = WriteReturnType & {
  /**
   * `upheld`: this slot is redressed, and every rejected one that would have passed with the items that more than half of the panel
   * contradict; the requester's bond is burned. `dismissed`: the gold held, and
   * this challenger loses its bond, half to the requester and half to the treasury. `void`: the answers show neither, or a key was
   * frozen before they could be proven.
   */
  readonly ruling: Ruling
  readonly panelSize: number
  /** Slots proven; fewer than the panel when the requester did not answer, or could not. */
  readonly audited: number
  /** Answers to disputed items that agree with the gold and not with the challenger. */
  readonly withGold: number
  /** Answers that agree with the challenger and not with the gold. */
  readonly withChallenger: number
  /** Gold items that the panel overturned; all of them when the requester did not answer, zero when it could not. */
  readonly overturnedItems: number
}
export type CloseAuditErrorType =
  | TaskNotFoundError
  | NoAuditError
  | AuditPendingError
  | WrongSettlementKindError
  | Error

/**
 * Decides a gold audit whose panel is proven, whose time is over or whose key is frozen. Anyone may call, and anyone may send it for
 * whom it helps: nothing is signed for a relayer. The slots end when they
 * are settled (`settleSlot`): at once when they are redressed, else when nobody can overturn their rejection any more.
 *
 * @example
 * import { closeAudit } from '@veritask/sdk'
 * const { ruling } = await closeAudit(client, { taskId, slot: 2 })
 */
export async function closeAudit(
  client: VeritaskClient,
  parameters: CloseAuditParameters,
): Promise<CloseAuditReturnType> {
  const { taskId, slot } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'hidden-gold')
  const audit = task.audits.find((audit) => audit.slot === slot)
  const standing = audit && auditStanding(audit, task, task.timestamp)
  // Whatever it said, nobody would get more or less by it.
  if (!audit || standing === 'over') throw new NoAuditError({ taskId, slot })
  const { audited, panelSize, answerBy } = audit
  if (standing === 'waiting') throw new AuditPendingError({ taskId, slot, audited, panelSize, answerBy })
  const { events, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(goldAuditAbi, deployment.contracts.goldAudit, 'closeAudit', [taskId, slot]),
    findEffect: async () => {
      const [closed] = await readLogs(client, deployment, {
        contract: 'goldAudit',
        eventName: 'GoldAuditClosed',
        args: { taskId, slot },
      })
      return closed?.transactionHash
    },
  })
  const closed = findEvent(
    events.filter(({ args }) => 'slot' in args && args.taskId === taskId && args.slot === slot),
    'GoldAuditClosed',
  )!
  const { taskId: _, slot: __, ruling, ...answers } = closed.args
  return { ...sent, ruling: rulings[ruling] ?? 'void', ...answers }
}
