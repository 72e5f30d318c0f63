import type { Hex } from 'viem'
import {
  assertPublicKey,
  type CircuitManifest,
  circuitNameFor,
  keyIdOf,
  type LabelCircuitName,
  type Rules,
  verifyingKeys,
  vkeyToKeyData,
} from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { BaseError } from '../../errors/base.js'
import type { SettlementKind, TaskState } from '../types.js'

/** The deployment names no verifier key for a circuit the task needs. */
export class MissingCircuitKeyError extends BaseError {
  override name = 'MissingCircuitKeyError'
  constructor({ circuit }: { circuit: string }) {
    super(`The deployment names no verifier key for circuit ${circuit}.`, {
      metaMessages: ['Register the key of this circuit, or choose a capacity whose keys are registered.'],
    })
  }
}

/** The task pins a key that is not the one of the circuit its rules ask for: no proof might ever verify under it. */
export class UnexpectedKeyError extends BaseError {
  override name = 'UnexpectedKeyError'
  constructor({ circuit, expected, actual }: { circuit: string; expected: Hex; actual: Hex }) {
    super(`The task is to be proven under key ${actual}, and the key of circuit ${circuit} is ${expected}.`, {
      metaMessages: ['Do not work on this task: its requester may have chosen a key nobody can prove under.'],
    })
  }
}

/** Keys of the two circuits a task needs; `main` is agreement or score. */
export function keyIdsFor(deployment: Deployment, kind: SettlementKind, rules: Rules): { main: Hex; legality: Hex } {
  return {
    main: keyOf(deployment, mainCircuit(kind, rules)),
    legality: keyOf(deployment, circuitNameFor('legality', rules)),
  }
}

/** What a worker checks before it takes a slot: the keys are those of the circuits, and labels can be encrypted to the requester. */
export function assertProvable(deployment: Deployment, task: TaskState): void {
  const { main, legality } = keyIdsFor(deployment, task.kind, task.rules)
  const actual = task.kind === 'open-gold' ? task.terms.agreementKeyId : task.terms.scoreKeyId
  for (const [circuit, expected, found] of [
    [mainCircuit(task.kind, task.rules), main, actual],
    [circuitNameFor('legality', task.rules), legality, task.terms.legalityKeyId],
  ] as const)
    if (expected.toLowerCase() !== found.toLowerCase())
      throw new UnexpectedKeyError({ circuit, expected, actual: found })
  assertPublicKey(task.terms.encryptionKey, "The requester's encryption key")
}

/** Id of the key this release has for a circuit, or `undefined` when the manifest does not list the circuit. */
export function releaseKeyIdOf(manifest: CircuitManifest, circuit: LabelCircuitName): Hex | undefined {
  const entry = Object.hasOwn(manifest.circuits, circuit) ? manifest.circuits[circuit] : undefined
  if (!entry) return undefined
  const { manifestHash } = entry
  return keyIdOf({ keyData: vkeyToKeyData(verifyingKeys[circuit]), manifestHash, development: manifest.development })
}

function mainCircuit(kind: SettlementKind, rules: Rules): string {
  return circuitNameFor(kind === 'open-gold' ? 'open-gold' : 'score', rules)
}

function keyOf(deployment: Deployment, circuit: string): Hex {
  const keyId = deployment.keys[circuit]
  if (!keyId) throw new MissingCircuitKeyError({ circuit })
  return keyId
}
