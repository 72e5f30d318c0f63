import { allowedMistakes, decodeRules } from '@veritask/sdk/types'
import { type Address, type Hex, pad, toHex, zeroAddress, zeroHash } from 'viem'
import { gradingCurves, nameOf } from '../kinds.js'
import type { terms } from '../schema/task.js'
import type { Moment } from './moment.js'
import { textOf } from './moment.js'
import type { TaskRow } from './task.js'

export type TermsRow = typeof terms.$inferSelect

/** Terms fix a task's deadlines: each reducer gives the row of the terms and the task's columns they set. */
export type TermsSet = { readonly terms: TermsRow; readonly task: (row: TaskRow) => TaskRow }

export type OpenGoldTerms = {
  rules: bigint
  encryptionKey: readonly [bigint, bigint]
  goldCommitment: Hex
  agreementKeyId: Hex
  legalityKeyId: Hex
  commitBy: bigint
  openBy: bigint
  proveBy: bigint
}

export function openGoldTerms(taskId: Hex, args: OpenGoldTerms, at: Moment): TermsSet {
  const { commitBy, openBy, proveBy, agreementKeyId, legalityKeyId } = args
  return {
    terms: {
      ...noTerms(taskId, 'open-gold', [agreementKeyId, legalityKeyId]),
      ...labelTerms(args),
      goldCommitment: args.goldCommitment,
      agreementKeyId,
    },
    task: (row) => ({ ...row, commitBy, openBy, proveBy, updatedAt: at.timestamp }),
  }
}

export type Scale = { curve: number; steps: readonly { fromBps: number; shareBps: number }[] }

export type HiddenGoldTerms = {
  rules: bigint
  encryptionKey: readonly [bigint, bigint]
  goldCommitment: bigint
  legalityKeyId: Hex
  scoreKeyId: Hex
  auditKeyId: Hex
  submitBy: bigint
  scoreBy: bigint
  grading: Scale
}

/** @param auditWindow Of the parameters the task was made under, in seconds. */
export function hiddenGoldTerms(taskId: Hex, args: HiddenGoldTerms, auditWindow: bigint, at: Moment): TermsSet {
  const { submitBy, scoreBy, legalityKeyId, scoreKeyId, auditKeyId } = args
  return {
    terms: {
      ...noTerms(taskId, 'hidden-gold', [legalityKeyId, scoreKeyId, auditKeyId]),
      ...labelTerms(args),
      ...gradingTerms(args.grading),
      goldCommitment: pad(toHex(args.goldCommitment), { size: 32 }),
      scoreKeyId,
      auditKeyId: keyOrNull(auditKeyId),
    },
    task: (row) => ({
      ...row,
      submitBy,
      scoreBy,
      disputableUntil: scoreBy + auditWindow,
      allowedMistakes: allowedMistakes(decodeRules(args.rules)),
      updatedAt: at.timestamp,
    }),
  }
}

export type ConsensusTerms = {
  rules: bigint
  encryptionKey: readonly [bigint, bigint]
  legalityKeyId: Hex
  consensusKeyId: Hex
  tallyKeyId: Hex
  decideKeyId: Hex
  agreeKeyId: Hex
  aggregator: Address
  historyOf: Address
  assignmentShift: number
  seedCommitment: Hex
  firstSlots: number
  stepSlots: number
  agreementBoundBps: number
  joinWindow: number
  commitWindow: number
  deliverWindow: number
  settleWindow: number
  grading: Scale
  publication: { name: string; schemaHash: Hex; manifestDigest: Hex; licence: string }
}

export function consensusTerms(taskId: Hex, args: ConsensusTerms): TermsRow {
  const { legalityKeyId, consensusKeyId, tallyKeyId, decideKeyId, agreeKeyId, publication } = args
  return {
    ...noTerms(taskId, 'consensus', [legalityKeyId, consensusKeyId, tallyKeyId, decideKeyId, agreeKeyId]),
    ...labelTerms(args),
    ...gradingTerms(args.grading),
    consensusKeyId: keyOrNull(consensusKeyId),
    tallyKeyId: keyOrNull(tallyKeyId),
    decideKeyId: keyOrNull(decideKeyId),
    agreeKeyId: keyOrNull(agreeKeyId),
    aggregator: args.aggregator === zeroAddress ? null : args.aggregator,
    historyOf: args.historyOf === zeroAddress ? null : args.historyOf,
    assignmentShift: args.assignmentShift,
    seedCommitment: keyOrNull(args.seedCommitment),
    firstSlots: args.firstSlots,
    stepSlots: args.stepSlots,
    agreementBoundBps: args.agreementBoundBps,
    joinWindow: BigInt(args.joinWindow),
    commitWindow: BigInt(args.commitWindow),
    deliverWindow: BigInt(args.deliverWindow),
    settleWindow: BigInt(args.settleWindow),
    publicationName: textOf(publication.name),
    publicationLicence: textOf(publication.licence),
    publicationSchemaHash: publication.schemaHash,
    publicationManifestDigest: publication.manifestDigest,
  }
}

export type Statement = { keyId: Hex; contextIndex: number; pinned: bigint; signals: readonly bigint[] }

export function directTerms(
  taskId: Hex,
  { statement, proveBy }: { statement: Statement; proveBy: bigint },
  at: Moment,
): TermsSet {
  return {
    terms: { ...noTerms(taskId, 'direct', [statement.keyId]), ...statementTerms(statement) },
    task: (row) => ({ ...row, proveBy, updatedAt: at.timestamp }),
  }
}

export type OptimisticTerms = { statement: Statement; claimBy: bigint; challengeWindow: number; proveWindow: number }

export function optimisticTerms(taskId: Hex, args: OptimisticTerms, at: Moment): TermsSet {
  const { statement, claimBy } = args
  return {
    terms: {
      ...noTerms(taskId, 'optimistic', [statement.keyId]),
      ...statementTerms(statement),
      challengeWindow: BigInt(args.challengeWindow),
      proveWindow: BigInt(args.proveWindow),
    },
    task: (row) => ({ ...row, claimBy, updatedAt: at.timestamp }),
  }
}

function labelTerms(args: { rules: bigint; encryptionKey: readonly [bigint, bigint]; legalityKeyId: Hex }) {
  const [encryptionKeyX, encryptionKeyY] = args.encryptionKey
  return { rules: args.rules, encryptionKeyX, encryptionKeyY, legalityKeyId: args.legalityKeyId }
}

function gradingTerms({ curve, steps }: Scale) {
  const gradingSteps = steps.map(({ fromBps, shareBps }) => ({ fromBps, shareBps }))
  return { gradingCurve: nameOf(gradingCurves, curve), gradingSteps }
}

function statementTerms({ keyId, contextIndex, pinned, signals }: Statement) {
  return { statementKeyId: keyId, contextIndex, pinned, signals: [...signals] }
}

/** Zero stands for "none" where a settlement needs no such key. */
function keyOrNull(keyId: Hex): Hex | null {
  return keyId === zeroHash ? null : keyId
}

function noTerms(taskId: Hex, kind: TermsRow['kind'], keyIds: readonly Hex[]): TermsRow {
  return {
    taskId,
    kind,
    keyIds: keyIds.filter((keyId) => keyId !== zeroHash),
    rules: null,
    encryptionKeyX: null,
    encryptionKeyY: null,
    goldCommitment: null,
    legalityKeyId: null,
    agreementKeyId: null,
    scoreKeyId: null,
    auditKeyId: null,
    consensusKeyId: null,
    tallyKeyId: null,
    decideKeyId: null,
    agreeKeyId: null,
    gradingCurve: null,
    gradingSteps: null,
    aggregator: null,
    historyOf: null,
    assignmentShift: null,
    seedCommitment: null,
    firstSlots: null,
    stepSlots: null,
    agreementBoundBps: null,
    joinWindow: null,
    commitWindow: null,
    deliverWindow: null,
    settleWindow: null,
    publicationName: null,
    publicationLicence: null,
    publicationSchemaHash: null,
    publicationManifestDigest: null,
    statementKeyId: null,
    contextIndex: null,
    pinned: null,
    signals: null,
    challengeWindow: null,
    proveWindow: null,
  }
}
