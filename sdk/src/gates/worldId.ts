import { concatHex, encodeAbiParameters, type Hex, numberToHex, parseAbiParameters, stringToHex } from 'viem'
import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { worldIdHash, worldIdProof } from '../proofSystems/worldId.js'
import {
  type AdmissionBuilder,
  type AdmissionRequest,
  encodeProofAdmission,
  joiningMessage,
  signConsent,
} from './joining.js'

/** What IDKit hands over for World ID v3. */
export type WorldIdResult = {
  readonly merkle_root: Hex
  readonly nullifier_hash: Hex
  /** Eight words, ABI-encoded. */
  readonly proof: Hex
}

/** A World ID app id that the terms cannot name. */
export class WorldIdAppInvalidError extends BaseError {
  override name = 'WorldIdAppInvalidError'
  constructor(readonly appId: string) {
    super('A World ID app id starts with "app_".', { metaMessages: [`App id: ${appId}`] })
  }
}

/**
 * Terms of the World ID gate: what `createTask` sends.
 *
 * @param parameters.root - The only root that counts; 0n, under a key over a deployed router, for any it knows.
 * @throws {@link WorldIdAppInvalidError}
 *
 * @example
 * import { worldIdGateData } from '@veritask/sdk'
 *
 * const gateData = worldIdGateData({ keyId: `0x${'11'.repeat(32)}`, appId: 'app_10eb12bd96d8f7202892ff25f094c803', root: 0n })
 */
export function worldIdGateData(parameters: {
  readonly keyId: Hex
  readonly appId: string
  readonly root: bigint
}): Hex {
  const { keyId, root } = parameters
  const appIdHash = worldIdAppHash(parameters.appId)
  return encodeAbiParameters(parseAbiParameters('(bytes32 keyId, uint256 appIdHash, uint256 root)'), [
    { keyId, appIdHash, root },
  ])
}

/** `app_id` as terms and external nullifiers name it. */
function worldIdAppHash(appId: string): Field {
  if (!appId.startsWith('app_')) throw new WorldIdAppInvalidError(appId)
  return worldIdHash(stringToHex(appId))
}

/**
 * IDKit's external nullifier of an app and an action.
 *
 * @throws {@link WorldIdAppInvalidError}
 *
 * @example
 * import { worldIdExternalNullifier } from '@veritask/sdk'
 *
 * const scope = worldIdExternalNullifier('app_10eb12bd96d8f7202892ff25f094c803', 'vote')
 */
export function worldIdExternalNullifier(appId: string, action: string): Field {
  return worldIdHash(concatHex([numberToHex(worldIdAppHash(appId), { size: 32 }), stringToHex(action)]))
}

/**
 * What to give IDKit so that its proof fits a joining: `action` is the task id as text, `signal` the message of the
 * joining as 32 bytes.
 *
 * @example
 * import { type AdmissionRequest, worldIdRequest } from '@veritask/sdk'
 *
 * const idkit = (request: AdmissionRequest) => worldIdRequest(request)
 */
export function worldIdRequest(request: AdmissionRequest): { readonly action: string; readonly signal: Hex } {
  return {
    action: request.taskId.toLowerCase(),
    signal: numberToHex(joiningMessage(request), { size: 32 }),
  }
}

/**
 * Shows that the worker is a person with a World ID, without telling who.
 *
 * @param parameters.verify - Asks the person's World App, through IDKit, for a proof of this action and signal.
 *
 * @example
 * import { type WorldIdResult, worldIdAdmission } from '@veritask/sdk'
 *
 * const admission = (idkit: (action: string, signal: string) => Promise<WorldIdResult>) =>
 *   worldIdAdmission({ verify: ({ action, signal }) => idkit(action, signal) })
 */
export function worldIdAdmission(parameters: {
  readonly verify: (request: { readonly action: string; readonly signal: Hex }) => Promise<WorldIdResult>
}): AdmissionBuilder {
  return async (request) => {
    const { merkle_root, nullifier_hash, proof } = await parameters.verify(worldIdRequest(request))
    return encodeProofAdmission({
      root: toField(merkle_root, 'The root'),
      nullifier: toField(nullifier_hash, 'The nullifier hash'),
      proof: worldIdProof(proof),
      consent: await signConsent(request),
    })
  }
}
