import {
  type Address,
  concatHex,
  encodeAbiParameters,
  type Hex,
  keccak256,
  numberToHex,
  parseAbiParameters,
} from 'viem'
import { commitmentContext, proofContext } from '../../context.js'
import type { Point } from '../../encryption/babyjub.js'
import type { Delivery } from '../../encryption/labels.js'
import type { PackedGold } from '../../labels/gold.js'
import { decodeRules } from '../../labels/rules.js'
import { auditVector, legalityVector, openGoldVector, publicSignalsFor, scoreVector } from '../../proving/vectors.js'

/** Where a proof is made for. All of it goes into the context that the circuit binds. */
export type ProofPlace = {
  readonly chainId: number
  /** Settlement contract that verifies. */
  readonly module: Address
  readonly taskId: Hex
  readonly slot: number
  readonly payout: Address
  readonly keyId: Hex
}

/** What a labelling proof says, in public values only. */
export type PublicStatement = {
  readonly rules: bigint
  readonly commitment: bigint
} & (
  | {
      readonly statement: 'open-gold'
      readonly encryptionKey: Point
      readonly delivery: Delivery
      readonly gold: PackedGold
    }
  | { readonly statement: 'legality'; readonly encryptionKey: Point; readonly delivery: Delivery }
  | { readonly statement: 'score'; readonly goldCommitment: bigint; readonly agreements: number | bigint }
  | {
      readonly statement: 'audit'
      /** Where the labels were delivered: their commitments are bound to it, the proof to the contract of the audit. */
      readonly settlement: Address
      readonly goldCommitment: bigint
      readonly challengerCommitmentContext: bigint
      readonly challengerCommitment: bigint
      readonly withGold: bigint
      readonly withChallenger: bigint
    }
)

/** Order of the public signals of every labelling circuit. */
export const SIGNALS = ['digest', 'evaluation', 'context', 'alpha'] as const
export const SIGNAL = { digest: 0, evaluation: 1, context: 2, alpha: 3 } as const

/** The public signals the chain computes for a proof with this digest, from public data alone. */
export function chainSignals(place: ProofPlace, statement: PublicStatement, digest: bigint): readonly bigint[] {
  return publicSignalsFor({ digest, context: proofContext(place), vector: vectorOf(place, statement) })
}

/** Every element of the statement besides its digest and context, in the order the chain hashes them. */
export function vectorOf(place: ProofPlace, statement: PublicStatement): readonly bigint[] {
  const base = {
    rules: decodeRules(statement.rules),
    commitment: statement.commitment,
    commitmentContext: commitmentContext(place),
  }
  switch (statement.statement) {
    case 'open-gold':
      return openGoldVector({ ...base, ...statement, rules: base.rules })
    case 'legality':
      return legalityVector({ ...base, ...statement, rules: base.rules })
    case 'score':
      return scoreVector({
        ...base,
        goldCommitment: statement.goldCommitment,
        agreements: Number(statement.agreements),
      })
    case 'audit': {
      const { settlement, ...audited } = statement
      return auditVector({
        ...audited,
        ...base,
        commitmentContext: commitmentContext({ ...place, module: settlement }),
      })
    }
    default: {
      const never: never = statement
      return never
    }
  }
}

/** Id under which the chain records that a statement was verified. */
export function receiptIdOf(place: ProofPlace, digest: bigint): Hex {
  return keccak256(
    encodeAbiParameters(parseAbiParameters('uint256, address, bytes32, uint256, uint256'), [
      BigInt(place.chainId),
      place.module,
      place.keyId,
      proofContext(place),
      digest,
    ]),
  )
}

/** `keccak256` of the packed signals, as the modules hash them. */
export function signalsHash(publicSignals: readonly bigint[]): Hex {
  return keccak256(concatHex(publicSignals.map((signal) => numberToHex(signal, { size: 32 }))))
}

/** The id under which the chain keeps the receipt of these signals. */
export function statementReceiptId(place: ProofPlace, publicSignals: readonly bigint[]): Hex {
  return receiptIdOf(place, BigInt(signalsHash(publicSignals)))
}
