import { type Abi, type Address, encodeAbiParameters, type Hex, isAddressEqual } from 'viem'
import type { Deployment } from '../../deployments.js'
import { BaseError } from '../../errors/base.js'
import { hiddenGoldSettlementAbi, openGoldSettlementAbi } from '../../generated/abis.js'
import type { SettlementKind } from '../types.js'

/** Pinned terms of an open-gold task; deadlines in seconds, inclusive. */
export type OpenGoldTerms = {
  readonly rules: bigint
  readonly encryptionKey: readonly [bigint, bigint]
  readonly goldCommitment: Hex
  readonly agreementKeyId: Hex
  readonly legalityKeyId: Hex
  readonly commitBy: bigint
  readonly openBy: bigint
  readonly proveBy: bigint
}

/** Pinned terms of a hidden-gold task; deadlines in seconds, inclusive. */
export type HiddenGoldTerms = {
  readonly rules: bigint
  readonly encryptionKey: readonly [bigint, bigint]
  readonly goldCommitment: bigint
  readonly legalityKeyId: Hex
  readonly scoreKeyId: Hex
  readonly submitBy: bigint
  readonly scoreBy: bigint
}

/** The task is settled by a module this version of the SDK does not know. */
export class UnsupportedSettlementError extends BaseError {
  override name = 'UnsupportedSettlementError'
  constructor({ settlement }: { settlement: Address }) {
    super(`The task is settled by ${settlement}, which is no module of this deployment.`, {
      metaMessages: ['Use the deployment file the task was created under.'],
    })
  }
}

/** The task is of another kind than the action is for. */
export class WrongSettlementKindError extends BaseError {
  override name = 'WrongSettlementKindError'
  constructor({ taskId, expected, actual }: { taskId: Hex; expected: SettlementKind; actual: SettlementKind }) {
    super(`Task ${taskId} is settled by ${actual.replace('-', ' ')}, and this is for ${expected.replace('-', ' ')}.`)
  }
}

export function settlementKindOf(deployment: Deployment, settlement: Address): SettlementKind {
  if (isAddressEqual(settlement, deployment.contracts.openGold)) return 'open-gold'
  if (isAddressEqual(settlement, deployment.contracts.hiddenGold)) return 'hidden-gold'
  throw new UnsupportedSettlementError({ settlement })
}

/** `settlementData` of a task: the module's terms, ABI-encoded. */
export function encodeTerms(
  parameters: { kind: 'open-gold'; terms: OpenGoldTerms } | { kind: 'hidden-gold'; terms: HiddenGoldTerms },
): Hex {
  const abi: Abi = parameters.kind === 'open-gold' ? openGoldSettlementAbi : hiddenGoldSettlementAbi
  const item = abi.find((entry) => entry.type === 'function' && entry.name === 'terms')
  const outputs = item?.type === 'function' ? item.outputs : []
  return encodeAbiParameters(outputs, [parameters.terms])
}
