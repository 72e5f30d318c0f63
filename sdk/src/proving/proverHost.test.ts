import { describe, expect, test } from 'vitest'
import { publicKeyOf } from '../encryption/babyjub.js'
import { circuitManifest } from '../generated/circuits.js'
import { builtArtifacts } from '../testing/artifacts.js'
import { digits, sampleLabels } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { createNodeProver } from './nodeProver.js'
import {
  createProver,
  ProofInvalidError,
  ProverCrashedError,
  ProvingAbortedError,
  type ProvingWorker,
  type WorkerAnswer,
} from './prover.js'
import { legalityWitness } from './witness.js'

type Asked = { readonly type: 'load' | 'prove'; readonly id: number }
type Behaviour = (asked: Asked, answer: (answer: WorkerAnswer) => void, crash: () => void) => void

/** A prover over a worker that loads honestly and then does as told; counts how many were started and ended. */
function proverWith(onProve: Behaviour) {
  const counts = { started: 0, ended: 0 }
  const spawn = (): ProvingWorker => {
    counts.started++
    let answer: (answer: WorkerAnswer) => void
    let crash: () => void
    return {
      listen: (onMessage, onCrash) => {
        answer = onMessage
        crash = onCrash
      },
      post: (message) => {
        const asked = message as Asked
        if (asked.type === 'load') queueMicrotask(() => answer({ type: 'loaded', id: asked.id }))
        else queueMicrotask(() => onProve(asked, answer, crash))
      },
      terminate: async () => {
        counts.ended++
      },
      busy: () => {},
    }
  }
  return { counts, prover: createProver({ spawn, artifacts: builtArtifacts, manifest: circuitManifest }) }
}

const random = seeded(100)
const witness = legalityWitness({
  rules: digits,
  labels: sampleLabels(random, digits),
  salt: random.bits(248),
  commitmentContext: 1n,
  context: 2n,
  encryptionKey: publicKeyOf(3n),
})

describe('createProver', () => {
  test('error: a worker that hands over a proof that does not verify, or verifies for other signals', async () => {
    const real = createNodeProver({ artifacts: builtArtifacts })
    const { proof, publicSignals } = await real.prove(witness)
    await real.close()
    const good = {
      pi_a: [...proof.a.map(String), '1'],
      pi_b: [...proof.b.map((pair) => pair.map(String)), ['1', '0']],
      pi_c: [...proof.c.map(String), '1'],
    }
    const signals = publicSignals.map(String)
    const answers = [
      { proof: good, publicSignals: signals },
      { proof: { ...good, pi_a: good.pi_c }, publicSignals: signals },
      { proof: good, publicSignals: [String(publicSignals[0]! + 1n), ...signals.slice(1)] },
      { proof: good, publicSignals: [] },
    ]
    let turn = 0
    const { prover } = proverWith(({ id }, answer) => answer({ type: 'proof', id, ...answers[turn++]! }))
    expect((await prover.prove(witness)).publicSignals).toEqual(publicSignals)
    for (const _ of answers.slice(1)) await expect(prover.prove(witness)).rejects.toThrow(ProofInvalidError)
  })

  test('error: a failing prover gives no proof and no details', async () => {
    const { prover } = proverWith(({ id }, answer) => answer({ type: 'failed', id, rejected: false, details: '' }))
    await expect(prover.prove(witness)).rejects.toThrow(ProofInvalidError)
  })

  test('error: a worker that dies is replaced', async () => {
    const { prover, counts } = proverWith((_, __, crash) => crash())
    await expect(prover.prove(witness)).rejects.toThrow(ProverCrashedError)
    await expect(prover.prove(witness)).rejects.toThrow(ProverCrashedError)
    expect(counts).toEqual({ started: 2, ended: 2 })
  })

  test('error: answers to other questions are ignored', async () => {
    const { prover } = proverWith(({ id }, answer, crash) => {
      answer({ type: 'failed', id: id - 1, rejected: true, details: 'stale' })
      answer({ type: 'failed', id: id + 1, rejected: true, details: 'early' })
      crash()
    })
    await expect(prover.prove(witness)).rejects.toThrow(ProverCrashedError)
  })

  test('error: cancelled while it waits its turn, without touching the proof before it', async () => {
    let finish: (() => void) | undefined
    const { prover, counts } = proverWith((_, __, crash) => {
      finish = crash
    })
    const first = prover.prove(witness)
    const abort = new AbortController()
    const second = prover.prove({ ...witness, signal: abort.signal })
    abort.abort()
    await expect(second).rejects.toThrow(ProvingAbortedError)
    while (!finish) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(counts).toEqual({ started: 1, ended: 0 })
    finish()
    await expect(first).rejects.toThrow(ProverCrashedError)
  })
})
