import type { Hex } from 'viem'
import type { TaskNotFoundError } from '../errors/contract.js'
import { NoAuditError, type PanelBeaconPendingError } from '../errors/disputes.js'
import { allRedressed } from '../phase.js'
import {
  connect,
  type ReadParameters,
  resolveSigner,
  type UnrelayedParameters,
  type VeritaskClient,
} from './internal/context.js'
import { drawUntilKnown, readPanel } from './internal/panel.js'
import { assertKind, readTask } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import type { WriteReturnType } from './internal/write.js'

export type GetPanelParameters = ReadParameters & {
  readonly taskId: Hex
  /** Of the worker who asked for the audit. */
  readonly slot: number
}
/** Slots that have to be proven; empty before they are drawn. */
export type GetPanelReturnType = readonly number[]
export type GetPanelErrorType = Error

/**
 * The panel of a gold audit: whose answers decide.
 *
 * @example
 * import { getPanel } from '@veritask/sdk'
 * const panel = await getPanel(client, { taskId, slot: 2 })
 */
export async function getPanel(client: VeritaskClient, parameters: GetPanelParameters): Promise<GetPanelReturnType> {
  const { taskId, slot } = parameters
  return readPanel(client, await connect(client, parameters), taskId, slot)
}

export type DrawPanelParameters = UnrelayedParameters & {
  readonly taskId: Hex
  /** Of the worker who asked for the audit. */
  readonly slot: number
  /** How long to wait for the picked block to pass, in seconds; zero to return at once. Default: 120. */
  readonly waitSeconds?: number | undefined
}
export type DrawPanelReturnType = WriteReturnType & { readonly panel: readonly number[] }
export type DrawPanelErrorType =
  | NoAuditError
  | PanelBeaconPendingError
  | TaskNotFoundError
  | WrongSettlementKindError
  | Error

/**
 * Draws the panel of a gold audit that more than 32 slots could answer, by the hash of the block that asking for it picked.
 * Anyone may, and anyone may send it for a challenger that has no coins: nothing is signed for a relayer. A challenger should see to it:
 * who builds the block, and who lets it be forgotten, could choose among panels. Waits for the block to pass, and for the next one when
 * its hash is forgotten. A panel that is drawn is found, and so is one that needed no drawing.
 *
 * @throws {PanelBeaconPendingError} when the block is still to come after waiting.
 *
 * @example
 * import { drawPanel } from '@veritask/sdk'
 * const { panel } = await drawPanel(client, { taskId, slot: 2 })
 */
export async function drawPanel(client: VeritaskClient, parameters: DrawPanelParameters): Promise<DrawPanelReturnType> {
  const { taskId, slot, waitSeconds } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'hidden-gold')
  const audit = task.audits.find((audit) => audit.slot === slot)
  if (!audit || (!audit.drawn && (audit.closed || allRedressed(task)))) throw new NoAuditError({ taskId, slot })
  const signer = resolveSigner(client, parameters)
  return drawUntilKnown(client, { deployment, signer, taskId, slot, waitSeconds })
}
