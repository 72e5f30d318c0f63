import type { Hex } from 'viem'
import { assertPublicKey, circuitNameFor, type Rules } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { BaseError } from '../../errors/base.js'
import type { LabelTaskState, TaskState } from '../types.js'
import { getVerifierKey } from '../verifierKeys.js'
import type { VeritaskClient } from './context.js'
import { challengeCircuitOf } from './releaseKeys.js'

type GoldKind = 'open-gold' | 'hidden-gold'

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

/** A direct or optimistic task under a key whose prover must not choose one of its public signals. */
export class KeyNeedsChallengeError extends BaseError {
  override name = 'KeyNeedsChallengeError'
  constructor({ keyId, circuit, cause }: { keyId: Hex; circuit?: string | undefined; cause?: unknown }) {
    super(
      `Verifier key ${keyId}${circuit ? ` is of circuit ${circuit} and` : ''} needs a challenge that its prover does not choose.`,
      {
        metaMessages: [
          'Only settlements that derive the challenge may take its proofs; here a prover would choose it and could prove anything.',
          'Use the settlement that belongs to the circuit, or a key that needs no challenge.',
        ],
        cause,
      },
    )
  }
}

// What a key id names never changes, whichever chain it came from.
const withoutChallenge = new Set<Hex>()

/**
 * Refuses a key that needs a challenge, by its mark or because it is of a circuit of this release that does.
 *
 * @throws {KeyNeedsChallengeError}
 */
export async function assertNoChallenge(client: VeritaskClient, deployment: Deployment, keyId: Hex): Promise<void> {
  if (withoutChallenge.has(keyId)) return
  const { needsChallenge, keyData } = await getVerifierKey(client, { deployment, keyId })
  const circuit = challengeCircuitOf(keyData)
  if (needsChallenge || circuit !== undefined) throw new KeyNeedsChallengeError({ keyId, circuit })
  withoutChallenge.add(keyId)
}

/** Keys of the circuits a task of gold needs; `main` is agreement or score, `audit` is hidden gold's alone. */
export function keyIdsFor(
  deployment: Deployment,
  kind: GoldKind,
  rules: Rules,
): { main: Hex; legality: Hex; audit?: Hex } {
  return {
    main: keyOf(deployment, mainCircuit(kind, rules)),
    legality: keyOf(deployment, circuitNameFor('legality', rules)),
    ...(kind === 'hidden-gold' ? { audit: keyOf(deployment, circuitNameFor('audit', rules)) } : {}),
  }
}

/**
 * What a worker checks before it takes a slot: the keys are those of the circuits, and labels can be encrypted to the requester. A
 * statement may be of any key but one whose challenge somebody would choose.
 */
export async function assertProvable(client: VeritaskClient, deployment: Deployment, task: TaskState): Promise<void> {
  if (task.kind === 'direct' || task.kind === 'optimistic')
    return assertNoChallenge(client, deployment, task.terms.statement.keyId)
  for (const [circuit, found] of pinnedKeys(task)) {
    const expected = keyOf(deployment, circuit)
    if (expected.toLowerCase() !== found.toLowerCase())
      throw new UnexpectedKeyError({ circuit, expected, actual: found })
  }
  assertPublicKey(task.terms.encryptionKey, "The requester's encryption key")
}

/** The circuit each key of a labelling task must be of. */
function pinnedKeys(task: LabelTaskState): (readonly [circuit: string, keyId: Hex])[] {
  const { rules, terms } = task
  const legality = [circuitNameFor('legality', rules), terms.legalityKeyId] as const
  switch (task.kind) {
    case 'open-gold':
      return [[mainCircuit(task.kind, rules), task.terms.agreementKeyId], legality]
    case 'hidden-gold':
      return [
        [mainCircuit(task.kind, rules), task.terms.scoreKeyId],
        legality,
        // Under another key the requester could not be audited.
        [circuitNameFor('audit', rules), task.terms.auditKeyId],
      ]
    case 'consensus': {
      const { consensusKeyId, tallyKeyId, decideKeyId, agreeKeyId } = task.terms
      return rules.capacity === 64
        ? [legality, ['consensus-64', consensusKeyId]]
        : [legality, ['tally-256', tallyKeyId], ['decide-256', decideKeyId], ['agree-256', agreeKeyId]]
    }
    default: {
      const never: never = task
      return never
    }
  }
}

function mainCircuit(kind: GoldKind, rules: Rules): string {
  return circuitNameFor(kind === 'open-gold' ? 'open-gold' : 'score', rules)
}

export function keyOf(deployment: Deployment, circuit: string): Hex {
  const keyId = deployment.keys[circuit]
  if (!keyId) throw new MissingCircuitKeyError({ circuit })
  return keyId
}
