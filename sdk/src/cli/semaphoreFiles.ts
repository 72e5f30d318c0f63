import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { concatHex, type Hex, numberToHex } from 'viem'
import { type SemaphoreArtifacts, type VerifyingKeyJson, vkeyToKeyData } from '../core.js'
import { jsonOf, readJson, readText, wordsOf } from './context.js'
import { InputFileError } from './errors.js'
import { wordOf } from './taskFields.js'

/** Depths for which Semaphore has circuits. */
const MAX_DEPTH = 32
const POINTS = 8

/**
 * The secret of a Semaphore v4 identity.
 *
 * @throws {InputFileError} which repeats nothing of the file.
 */
export async function readIdentity(file: string): Promise<bigint> {
  const advice = 'Give JSON {"secretScalar": "…"}, with `identity.secretScalar` of @semaphore-protocol/identity.'
  const content = await readJson(file, advice)
  const { secretScalar } = (content ?? {}) as { secretScalar?: unknown }
  const scalar = wordOf(secretScalar)
  if (scalar === undefined)
    throw new InputFileError({ file, reason: '"secretScalar" must be a number in quotes', advice })
  return scalar
}

/** Identity commitments of a group: one a line, or a JSON list, in the order in which they joined. */
export async function readMembers(file: string): Promise<bigint[]> {
  const advice = 'Give the identity commitments of the group in their order: one a line, or a JSON list of texts.'
  const text = (await readText(file, advice)).trim()
  const entries: unknown = text.startsWith('[') ? jsonOf(text, file, advice) : wordsOf(text)
  if (!Array.isArray(entries)) throw new InputFileError({ file, reason: 'is not a list', advice })
  return entries.map(
    (entry: unknown, index) =>
      wordOf(entry) ??
      (() => {
        throw new InputFileError({ file, reason: `member ${index + 1} is not a number in quotes`, advice })
      })(),
  )
}

/** A proof as @semaphore-protocol/proof makes it. */
export type SemaphoreProofFile = {
  readonly depth: number
  readonly root: bigint
  readonly nullifier: bigint
  readonly message: bigint
  readonly scope: bigint
  /** The eight words of the Groth16 proof, imaginary parts first, as both Semaphore and the verifiers have them. */
  readonly points: Hex
}

export async function readSemaphoreProof(file: string): Promise<SemaphoreProofFile> {
  const advice = 'Give the JSON of `generateProof` of @semaphore-protocol/proof, version 4.'
  const content = (await readJson(file, advice)) as Record<string, unknown> | null
  const wrong = (reason: string): never => {
    throw new InputFileError({ file, reason, advice })
  }
  const word = (name: string, value: unknown = content?.[name]) => wordOf(value) ?? wrong(`"${name}" is no number`)
  const { merkleTreeDepth: depth, points } = content ?? {}
  if (typeof depth !== 'number' || !Number.isInteger(depth) || depth < 1 || depth > MAX_DEPTH)
    return wrong('"merkleTreeDepth" is no depth')
  if (!Array.isArray(points) || points.length !== POINTS) return wrong('"points" is not a list of eight numbers')
  return {
    depth,
    root: word('merkleTreeRoot'),
    nullifier: word('nullifier'),
    message: word('message'),
    scope: word('scope'),
    points: concatHex(
      points.map((point, index) => numberToHex(bounded(word(`points[${index}]`, point)), { size: 32 })),
    ),
  }

  function bounded(value: bigint): bigint {
    return value < 2n ** 256n ? value : wrong('a point is no 256-bit word')
  }
}

/**
 * Semaphore's own artifacts: of the circuit that a key is of, else of the smallest one with room for a group.
 *
 * @param parameters.keyData - Of a key of the circuit itself; left out for a key over a deployed contract, which takes any depth.
 */
export async function readSemaphoreArtifacts(parameters: {
  readonly directory: string
  readonly members: number
  readonly keyData: Hex | undefined
}): Promise<SemaphoreArtifacts> {
  const { directory, members, keyData } = parameters
  const advice = 'Install @zk-kit/semaphore-artifacts and name its folder: --semaphore DIR.'
  const least = Math.max(1, Math.ceil(Math.log2(members)))
  for (let depth = keyData === undefined ? least : 1; depth <= MAX_DEPTH; depth++) {
    const file = (kind: string) => join(directory, `semaphore-${depth}.${kind}`)
    const vkey = (await readJson(file('json'), advice)) as VerifyingKeyJson
    if (keyData !== undefined && vkeyToKeyData(vkey) !== keyData) continue
    const [wasm, zkey] = await Promise.all([readBytes(file('wasm'), advice), readBytes(file('zkey'), advice)])
    return { depth, wasm, zkey, vkey }
  }
  throw new InputFileError({
    file: directory,
    reason: 'holds no Semaphore circuit of the key that the task asks for',
    advice: 'The task may pin a key of another ceremony: ask its requester for the artifacts.',
  })
}

async function readBytes(file: string, advice: string): Promise<Uint8Array> {
  return readFile(file).then(
    (bytes) => new Uint8Array(bytes),
    (cause) => {
      throw new InputFileError({ file, reason: 'cannot be read', advice, cause })
    },
  )
}
