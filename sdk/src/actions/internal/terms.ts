import { type Abi, type Address, encodeAbiParameters, type Hex, isAddressEqual } from 'viem'
import type { ContractName, Deployment } from '../../deployments.js'
import { BaseError } from '../../errors/base.js'
import {
  consensusSettlementAbi,
  directSettlementAbi,
  hiddenGoldSettlementAbi,
  openGoldSettlementAbi,
  optimisticSettlementAbi,
} from '../../generated/abis.js'
import type { SettlementKind } from '../../phase.js'
import type { Grading } from '../types.js'

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

/** What a score that passes earns, as the chain keeps it. */
export type GradingTerms = {
  /** Position in `gradingCurves`. */
  readonly curve: number
  readonly steps: readonly { readonly fromBps: number; readonly shareBps: number }[]
}

/** Pinned terms of a hidden-gold task; deadlines in seconds, inclusive. */
export type HiddenGoldTerms = {
  readonly rules: bigint
  readonly encryptionKey: readonly [bigint, bigint]
  readonly goldCommitment: bigint
  readonly legalityKeyId: Hex
  readonly scoreKeyId: Hex
  readonly auditKeyId: Hex
  readonly submitBy: bigint
  readonly scoreBy: bigint
  readonly grading: GradingTerms
}

/** Pinned terms of a consensus task; windows in seconds. */
export type ConsensusTerms = {
  readonly rules: bigint
  readonly encryptionKey: readonly [bigint, bigint]
  /** Who may send the proofs of the majority; the zero address for the requester. */
  readonly aggregator: Address
  readonly legalityKeyId: Hex
  readonly consensusKeyId: Hex
  readonly tallyKeyId: Hex
  readonly decideKeyId: Hex
  readonly agreeKeyId: Hex
  readonly historyOf: Address
  readonly assignmentShift: number
  readonly seedCommitment: Hex
  readonly firstSlots: number
  readonly stepSlots: number
  readonly agreementBoundBps: number
  readonly joinWindow: number
  readonly commitWindow: number
  readonly deliverWindow: number
  readonly settleWindow: number
  readonly grading: GradingTerms
  readonly publication: {
    readonly name: string
    readonly schemaHash: Hex
    readonly manifestDigest: Hex
    readonly licence: string
  }
}

/** A statement as a task pins it. */
export type StatementTerms = {
  readonly keyId: Hex
  /** Position of the public signal that must be the slot's context. */
  readonly contextIndex: number
  /** Bit i is set when signal i must be `signals[i]`. */
  readonly pinned: bigint
  /** One word per public signal of the key. */
  readonly signals: readonly bigint[]
}

/** Pinned terms of a direct task. */
export type DirectTerms = { readonly statement: StatementTerms; readonly proveBy: bigint }

/** Pinned terms of an optimistic task; windows in seconds. */
export type OptimisticTerms = {
  readonly statement: StatementTerms
  readonly claimBy: bigint
  readonly challengeWindow: number
  readonly proveWindow: number
}

export type TermsOf = {
  readonly 'open-gold': OpenGoldTerms
  readonly 'hidden-gold': HiddenGoldTerms
  readonly consensus: ConsensusTerms
  readonly direct: DirectTerms
  readonly optimistic: OptimisticTerms
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
  constructor({
    taskId,
    expected,
    actual,
  }: { taskId: Hex; expected: SettlementKind | readonly SettlementKind[]; actual: SettlementKind }) {
    const wanted = [expected].flat().map(settlementName).join(' or ')
    super(`Task ${taskId} is settled by ${settlementName(actual)}, and this is for ${wanted}.`)
  }
}

function settlementName(kind: SettlementKind): string {
  return { direct: 'direct proof', optimistic: 'optimistic claims' }[kind as string] ?? kind.replace('-', ' ')
}

/** Settlement kind → name of its module in a deployment, and the module's ABI. */
export const settlementModules = {
  'open-gold': { contract: 'openGold', abi: openGoldSettlementAbi },
  'hidden-gold': { contract: 'hiddenGold', abi: hiddenGoldSettlementAbi },
  consensus: { contract: 'consensus', abi: consensusSettlementAbi },
  direct: { contract: 'direct', abi: directSettlementAbi },
  optimistic: { contract: 'optimistic', abi: optimisticSettlementAbi },
} as const satisfies { readonly [kind in SettlementKind]: { readonly contract: ContractName; readonly abi: Abi } }

export function settlementKindOf(deployment: Deployment, settlement: Address): SettlementKind {
  for (const kind of Object.keys(settlementModules) as SettlementKind[])
    if (isAddressEqual(settlement, deployment.contracts[settlementModules[kind].contract])) return kind
  throw new UnsupportedSettlementError({ settlement })
}

/** `settlementData` of a task: the module's terms, ABI-encoded. */
export function encodeTerms<kind extends SettlementKind>(parameters: { kind: kind; terms: TermsOf[kind] }): Hex {
  const abi: Abi = settlementModules[parameters.kind].abi
  const item = abi.find((entry) => entry.type === 'function' && entry.name === 'terms')
  const outputs = item?.type === 'function' ? item.outputs : []
  return encodeAbiParameters(outputs, [parameters.terms])
}

/** A grading as the chain keeps it. */
export function encodeGrading(grading: Grading = { curve: 'threshold' }): GradingTerms {
  switch (grading.curve) {
    case 'threshold':
      return { curve: 0, steps: [] }
    case 'linear':
      return { curve: 1, steps: [] }
    case 'table':
      return { curve: 2, steps: grading.steps.map(({ fromBps, shareBps }) => ({ fromBps, shareBps })) }
    default: {
      const never: never = grading
      return never
    }
  }
}

const MAX_STEPS = 16
const BPS = 10_000

/** The checks of the contract's `Grading`, in its order; the name of the field that is wrong. */
export function invalidGradingField(grading: Grading, thresholdBps: number): string | undefined {
  if (grading.curve === 'linear') return thresholdBps === 0 ? 'thresholdBps' : undefined
  if (grading.curve !== 'table') return undefined
  const { steps } = grading
  if (steps.length === 0 || steps.length > MAX_STEPS) return 'steps'
  if (steps[0]!.fromBps > thresholdBps) return 'fromBps'
  for (const [index, { fromBps, shareBps }] of steps.entries()) {
    const before = steps[index - 1]
    if (!isBps(fromBps) || (before && fromBps <= before.fromBps)) return 'fromBps'
    if (!isBps(shareBps) || shareBps === 0 || (before && shareBps < before.shareBps)) return 'shareBps'
  }
  return undefined
}

function isBps(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= BPS
}
