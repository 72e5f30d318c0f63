import { afterAll, describe, expect, test } from 'vitest'
import { generateKeyPair } from '../encryption/babyjub.js'
import { openDelivery } from '../encryption/labels.js'
import { circuitManifest, verifyingKeys } from '../generated/circuits.js'
import { packGold } from '../labels/gold.js'
import type { Rules } from '../labels/rules.js'
import { builtArtifacts } from '../testing/artifacts.js'
import { boxes, digits, sampleGold, sampleLabels } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { verifyProof } from './groth16.js'
import { createNodeProver } from './nodeProver.js'
import {
  ProofInvalidError,
  ProverClosedError,
  ProvingAbortedError,
  type ProvingProgress,
  WitnessRejectedError,
} from './prover.js'
import { legalityWitness, openGoldWitness, scoreWitness } from './witness.js'

const prover = createNodeProver({ artifacts: builtArtifacts })
afterAll(() => prover.close())

function sample(seed: number, rules: Rules) {
  const random = seeded(seed)
  const labels = sampleLabels(random, rules)
  const gold = packGold(rules, sampleGold(random, rules, labels))
  const { publicKey, secretKey } = generateKeyPair()
  const common = {
    rules,
    labels,
    salt: random.bits(248),
    commitmentContext: random.bits(248),
    context: random.bits(248),
  }
  return { ...common, gold, encryptionKey: publicKey, secretKey, goldSalt: random.bits(248) }
}

/** A value that must show up nowhere: the decimal and hex forms of a secret. */
function forms(secret: bigint): string[] {
  return [secret.toString(), secret.toString(16)]
}

describe('createNodeProver', () => {
  test('default: proves open gold on the real circuit; the delivery opens to the labels', async () => {
    const parameters = sample(11, digits)
    const witness = openGoldWitness(parameters)
    const progress: ProvingProgress[] = []
    const result = await prover.prove({
      circuit: witness.circuit,
      inputs: witness.inputs,
      expectedSignals: witness.statement.publicSignals,
      onProgress: (step) => progress.push(step),
    })
    expect(result.publicSignals).toEqual(witness.statement.publicSignals)
    expect(await verifyProof(verifyingKeys['open-gold-scalar-64'], result.publicSignals, result.proof)).toBe(true)
    const opened = openDelivery({ ...parameters, delivery: witness.delivery, commitment: witness.commitment })
    expect(opened.labels).toEqual(parameters.labels)
    const fractions = progress.map((step) => step.fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(new Set(progress.map((step) => step.stage))).toEqual(new Set(['load', 'witness', 'prove', 'verify', 'done']))
    expect(fractions.at(-1)).toBe(1)
  })

  test.each([
    ['legality-scalar-64', digits, legalityWitness],
    ['score-scalar-64', digits, scoreWitness],
    ['open-gold-box-32', boxes, openGoldWitness],
    ['legality-box-32', boxes, legalityWitness],
    ['score-box-32', boxes, scoreWitness],
    ['open-gold-scalar-64', { ...digits, kind: 'set', max: 255, tolerance: 2 } as Rules, openGoldWitness],
  ] as const)('args: %s', async (circuit, rules, build) => {
    const witness = build(sample(12, rules))
    expect(witness.circuit).toBe(circuit)
    const { publicSignals } = await prover.prove({ ...witness, expectedSignals: witness.statement.publicSignals })
    expect(publicSignals).toEqual(witness.statement.publicSignals)
  })

  test('default: the score proof carries the exact score, passing or not', async () => {
    const parameters = sample(13, digits)
    const wrong = parameters.labels.map((label) => ((label as number) + 1) % 10)
    const witness = scoreWitness({ ...parameters, labels: wrong })
    expect(witness).toMatchObject({ agreements: 0, passed: false })
    await prover.prove({ ...witness, expectedSignals: witness.statement.publicSignals })
  })

  test('default: loads each circuit once; a later proof needs no loader', async () => {
    const requests: string[] = []
    const own = createNodeProver({
      artifacts: {
        load: (request) => {
          requests.push(request.kind)
          return builtArtifacts.load(request)
        },
      },
    })
    try {
      const witness = legalityWitness(sample(14, digits))
      const first = await own.prove(witness)
      const second = await own.prove(witness)
      expect(requests.sort()).toEqual(['vkey', 'wasm', 'zkey'])
      expect(second.proof).not.toEqual(first.proof)
    } finally {
      await own.close()
    }
  })

  test('error: inputs that do not satisfy the statement, without a word of them', async () => {
    const canary = 0x5ec2e7ca9a21b0b1e5ec2e7ca9a21b0b1e5ec2e7n
    const witness = legalityWitness({ ...sample(15, digits), salt: canary })
    const illegal = { ...witness.inputs, codes: [200n, ...(witness.inputs.codes as bigint[]).slice(1)] }
    const error = await prover.prove({ ...witness, inputs: illegal }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(WitnessRejectedError)
    expect((error as WitnessRejectedError).trace).toMatch(/^Error in template \w+ line: \d+/)
    for (const form of forms(canary)) expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(form)
  })

  test('error: missing, unknown and short inputs', async () => {
    const witness = legalityWitness(sample(16, digits))
    const { salt: _salt, ...missing } = witness.inputs
    const broken = [missing, { ...witness.inputs, other: 1n }, { ...witness.inputs, codes: [1n] }]
    for (const inputs of broken)
      await expect(prover.prove({ ...witness, inputs })).rejects.toThrow(WitnessRejectedError)
  })

  test('error: a proof of other public signals than asked for', async () => {
    const witness = legalityWitness(sample(17, digits))
    const expectedSignals = witness.statement.publicSignals.map((signal, i) => (i === 2 ? signal + 1n : signal))
    await expect(prover.prove({ ...witness, expectedSignals })).rejects.toThrow(ProofInvalidError)
  })

  test('error: cancelled while proving; the prover stays usable', async () => {
    const witness = legalityWitness(sample(18, digits))
    const abort = new AbortController()
    const onProgress = ({ stage }: ProvingProgress) => {
      if (stage === 'prove') abort.abort()
    }
    await expect(prover.prove({ ...witness, signal: abort.signal, onProgress })).rejects.toThrow(ProvingAbortedError)
    await expect(prover.prove({ ...witness, signal: abort.signal })).rejects.toThrow(ProvingAbortedError)
    await prover.prove(witness)
  })

  test('error: closed, before and while proving', async () => {
    const own = createNodeProver({ artifacts: builtArtifacts })
    const witness = legalityWitness(sample(19, digits))
    const running = own.prove({ ...witness, onProgress: ({ stage }) => stage === 'prove' && void own.close() })
    await expect(running).rejects.toThrow(ProverClosedError)
    await expect(own.prove(witness)).rejects.toThrow(ProverClosedError)
  })

  test('error: one job failing leaves the queued ones alone', async () => {
    const witness = legalityWitness(sample(20, digits))
    const results = await Promise.allSettled([
      prover.prove({ ...witness, inputs: {} }),
      prover.prove({ ...witness, circuit: 'nothing' }),
      prover.prove(witness),
    ])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  })

  test('default: a canary secret in the witness appears in no output', async () => {
    const written: string[] = []
    const streams = [process.stdout, process.stderr] as const
    const originals = streams.map((stream) => stream.write)
    for (const stream of streams)
      stream.write = ((chunk: unknown) => {
        written.push(String(chunk))
        return true
      }) as typeof stream.write
    const canary = 0x7ea5e7ca9a21b0b1e5ec2e7ca9a21b0b1e5ec2e7n
    const messages: string[] = []
    try {
      const witness = openGoldWitness({ ...sample(21, digits), salt: canary, ephemeralScalar: canary })
      const result = await prover.prove({ ...witness, onProgress: (step) => messages.push(JSON.stringify(step)) })
      messages.push(...result.publicSignals.map(String))
    } finally {
      streams.forEach((stream, i) => {
        stream.write = originals[i] as typeof stream.write
      })
    }
    for (const form of forms(canary)) expect([...written, ...messages].join('\n')).not.toContain(form)
  })

  test('default: the manifest is the one the circuits were built with', () => {
    expect(Object.keys(circuitManifest.circuits).sort()).toEqual(Object.keys(verifyingKeys).sort())
  })
})
