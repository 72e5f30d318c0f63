import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { keccak256 } from 'viem'
import type { Contribution, ZkeyAudit } from './audit.js'
import { hashFile, readSection, withSource } from './binaryFile.js'
import { type Check, check, firstFailure } from './checks.js'
import { withCurve, withSnarkjs } from './curve.js'
import { CeremonyFileError, CeremonyStepRefusedError } from './errors.js'
import { checkPowersOfTau, type PowersOfTauReport, tauPowersFile } from './powersOfTau.js'
import { type Circuit, readCircuit } from './r1csFile.js'
import type { CeremonyTranscript, TranscriptContribution } from './transcript.js'
import { vkeyFile } from './verifyingKeyFile.js'
import {
  auditZkey,
  inspectZkey,
  MAX_BEACON_EXPONENT,
  MIN_BEACON_EXPONENT,
  openZkey,
  readZkey,
  ZKEY,
  type ZkeyInspection,
} from './zkeyFile.js'

/** Told what a step is doing, in words. */
export type StepProgress = (step: string) => void

const MAX_NAME_BYTES = 64

/** What starts a ceremony. */
export type InitCeremonyReturnType = {
  /** blake2b-512, hex: the same in every file of this ceremony. */
  readonly circuitHash: string
  /** sha256 of the initial zkey, hex. */
  readonly zkey: string
  readonly circuit: Omit<Circuit, 'coefficients'>
  readonly powersOfTau: PowersOfTauReport
}

/**
 * Starts phase 2 for a circuit: checks the powers of tau, by their hash where it is known and whole otherwise, and writes
 * the initial zkey, which is the same for everyone who starts from the same files and lets anyone forge until somebody
 * contributes.
 *
 * @param parameters.r1cs - Path of the compiled circuit.
 * @param parameters.ptau - Path of the powers of tau, prepared for phase 2.
 * @param parameters.output - Path of the zkey to write; must not exist.
 * @throws {@link CeremonyFileError}, {@link CeremonyStepRefusedError}
 */
export function initCeremony(parameters: {
  readonly r1cs: string
  readonly ptau: string
  readonly output: string
  readonly onProgress?: StepProgress
}): Promise<InitCeremonyReturnType> {
  return withCurve(() => init(parameters))
}

async function init(parameters: Parameters<typeof initCeremony>[0]): Promise<InitCeremonyReturnType> {
  const { r1cs, ptau, output, onProgress = () => {} } = parameters
  refuseExisting(output)
  const { coefficients: _, ...circuit } = await readCircuit(r1cs)
  const powersOfTau = await checkPowersOfTau(ptau, {
    trustKnownHash: true,
    onProgress: (section) => onProgress(`checking ${section}`),
  })
  refuseFailures(basename(ptau), powersOfTau.checks)
  assertLargeEnough(circuit, powersOfTau)
  return writing(output, async (zkey) => {
    await makeInitialZkey({ r1cs, ptau, zkey, onProgress })
    const { circuitHash } = await inspectZkey(zkey)
    return { circuitHash, zkey: await hashFile(zkey, 'sha256'), circuit, powersOfTau }
  })
}

export type ContributeReturnType = {
  /** What was contributed; `hash` is to be published. */
  readonly contribution: Contribution
  /** Its number, from 1. */
  readonly number: number
  readonly circuitHash: string
  /** sha256 of the zkey written, hex. */
  readonly zkey: string
}

/**
 * Adds a contribution: multiplies delta by a secret number drawn from the operating system's randomness and, where given,
 * typed text. The number is forgotten at the end; as long as one contributor forgot theirs, nobody can forge.
 *
 * @param parameters.input - Path of the zkey received.
 * @param parameters.output - Path of the zkey to hand on; must not exist.
 * @param parameters.name - Who contributes, up to 64 bytes; public.
 * @param parameters.entropy - Any text; secret. It is hashed together with 128 bytes of the system's randomness.
 * @param parameters.r1cs - Path of the circuit: a file of another circuit is refused.
 * @throws {@link CeremonyFileError}, {@link CeremonyStepRefusedError}
 */
export async function contribute(parameters: {
  readonly input: string
  readonly output: string
  readonly name: string
  readonly entropy?: string | undefined
  readonly r1cs?: string | undefined
  readonly onProgress?: StepProgress | undefined
}): Promise<ContributeReturnType> {
  const { input, output, name, entropy = '', r1cs, onProgress = () => {} } = parameters
  assertName(name)
  const before = await openStep(input, r1cs, onProgress)
  return addStep(before, output, async (zkey) => {
    onProgress('contributing')
    const { zKey } = await import('snarkjs')
    // snarkjs adds 64 bytes of its own and would ask at the terminal for text if it got none.
    await zKey.contribute(input, zkey, name, randomBytes(64).toString('hex') + entropy)
  })
}

/**
 * Closes a ceremony with a public value that nobody could foresee when the last contributor was done.
 *
 * @param parameters.value - Hex, 1 to 255 bytes, for example the hash of a block agreed on beforehand.
 * @param parameters.iterationsExponent - The value is hashed 2^this times, 10 to 24.
 * @throws {@link CeremonyFileError}, {@link CeremonyStepRefusedError}
 */
export async function applyBeacon(parameters: {
  readonly input: string
  readonly output: string
  readonly value: string
  readonly iterationsExponent: number
  readonly name?: string | undefined
  readonly r1cs?: string | undefined
  readonly onProgress?: StepProgress | undefined
}): Promise<ContributeReturnType> {
  const { input, output, iterationsExponent, name = 'beacon', r1cs, onProgress = () => {} } = parameters
  assertName(name)
  const value = parameters.value.replace(/^0x/, '').toLowerCase()
  if (!/^([0-9a-f]{2}){1,255}$/.test(value))
    throw new CeremonyStepRefusedError(
      'The beacon is not hex of 1 to 255 bytes',
      'Give a public value, such as a hash.',
    )
  if (
    !Number.isInteger(iterationsExponent) ||
    iterationsExponent < MIN_BEACON_EXPONENT ||
    iterationsExponent > MAX_BEACON_EXPONENT
  )
    throw new CeremonyStepRefusedError(
      `The beacon cannot be hashed 2^${iterationsExponent} times`,
      `Give an exponent from ${MIN_BEACON_EXPONENT} to ${MAX_BEACON_EXPONENT}.`,
    )
  const before = await openStep(input, r1cs, onProgress)
  if (before.contributions.length === 0)
    throw new CeremonyStepRefusedError(
      'Nobody has contributed yet: a beacon alone is public, and so would be the key’s secret',
      'Collect contributions first.',
    )
  return addStep(before, output, async (zkey) => {
    onProgress('applying the beacon')
    const { zKey } = await import('snarkjs')
    await zKey.beacon(input, zkey, name, value, iterationsExponent)
  })
}

/** What a ceremony is verified from. */
export type VerifyCeremonyParameters = {
  /** Path of the last zkey. */
  readonly zkey: string
  readonly r1cs: string
  readonly ptau: string
  /** Folder with the zkeys of earlier steps, in which each is looked up by its contributions. */
  readonly history?: string | undefined
  /** blake2b-512 of powers of tau that are not published ones and that the caller vouches for. */
  readonly trustedPowersOfTau?: readonly string[] | undefined
  readonly onProgress?: StepProgress | undefined
}

export type CeremonyReport = {
  /** No check failed. */
  readonly sound: boolean
  /** Every check up to the first that failed. */
  readonly checks: readonly Check[]
  /** What was recomputed; missing when a check failed before. */
  readonly transcript: CeremonyTranscript | undefined
  /** Of the key, with what its powers of tau are; missing with the transcript. */
  readonly audit: ZkeyAudit | undefined
}

/**
 * Replays a ceremony from nothing: circuit, powers of tau and the last zkey. Rebuilds the initial zkey, verifies every
 * contribution and that the key differs from the initial one by their product and nothing else, and computes each field
 * of the transcript again. Stops at the first thing that does not match.
 *
 * @param parameters.circuit - Name of the circuit, for the transcript.
 * @param parameters.transcript - The published transcript; left out, one is made.
 *
 * @example
 * import { readTranscript, verifyCeremony } from '@veritask/sdk/node'
 *
 * const transcript = await readTranscript('transcript.json')
 * const { circuit } = transcript
 * const report = await verifyCeremony({ circuit, transcript, zkey: 'a.zkey', r1cs: 'a.r1cs', ptau: 'final.ptau' })
 */
export function verifyCeremony(
  parameters: VerifyCeremonyParameters & {
    readonly circuit: string
    readonly transcript?: CeremonyTranscript | undefined
  },
): Promise<CeremonyReport> {
  return withCurve(() => replay(parameters))
}

async function replay(parameters: Parameters<typeof verifyCeremony>[0]): Promise<CeremonyReport> {
  const { zkey, r1cs, ptau, history, circuit: circuitName, transcript: published, onProgress = () => {} } = parameters
  const checks: Check[] = []
  const stopped = (): CeremonyReport => ({ sound: false, checks, transcript: undefined, audit: undefined })

  onProgress('reading the circuit')
  const circuit = await readCircuit(r1cs)
  const size = `${circuit.constraints} constraints, ${circuit.publicSignals} public signals`
  checks.push({ name: 'circuit', status: 'ok', detail: size })

  const powersOfTau = await checkPowersOfTau(ptau, {
    trustKnownHash: true,
    onProgress: (section) => onProgress(`powers of tau: ${section}`),
  })
  checks.push(...powersOfTau.checks.map((line) => ({ ...line, name: `powers of tau: ${line.name}` })))
  if (firstFailure(checks)) return stopped()
  assertLargeEnough(circuit, powersOfTau)

  onProgress('auditing the key')
  const vouched = parameters.trustedPowersOfTau?.includes(powersOfTau.blake2b) ?? false
  const ceremony = powersOfTau.known ? powersOfTau.known.ceremony : vouched
  const audit: ZkeyAudit = {
    ...(await auditZkey(zkey, { onProgress })),
    powersOfTau: ceremony ? 'ceremony' : 'development',
  }
  checks.push(...audit.checks.map((line) => ({ ...line, name: `key: ${line.name}` })))
  checks.push(await compareCircuit(zkey, circuit))
  if (firstFailure(checks)) return stopped()

  return withTemporaryFile(async (initial) => {
    await makeInitialZkey({ r1cs, ptau, zkey: initial, onProgress })
    const initialZkey = await hashFile(initial, 'sha256')
    const { circuitHash } = await inspectZkey(initial)
    const same = circuitHash === audit.circuitHash
    checks.push(check('circuit hash', same, circuitHash, `it is ${audit.circuitHash}, rebuilt ${circuitHash}`))
    if (!same) return stopped()
    onProgress('comparing the key with the rebuilt one')
    const fault = await replayFault({ initial, ptau, zkey, domainSize: circuit.domainSize })
    const detail = 'the rebuilt initial key times the contributions, and nothing else'
    checks.push(check('replay', fault === undefined, detail, `${fault}`))
    if (fault !== undefined) return stopped()

    onProgress('computing the transcript')
    const steps = await historyOf(history, audit)
    const vkey = await vkeyFile(zkey)
    const finalZkey = await hashFile(zkey, 'sha256')
    const transcript: CeremonyTranscript = {
      version: 1,
      circuit: circuitName,
      development: audit.origin !== 'ceremony' || !ceremony,
      r1cs: { sha256: circuit.sha256, constraints: circuit.constraints, publicSignals: circuit.publicSignals },
      powersOfTau: { blake2b: powersOfTau.blake2b, power: powersOfTau.power, name: powersOfTau.known?.name ?? null },
      circuitHash,
      initialZkey,
      contributions: audit.contributions.map((contribution, i): TranscriptContribution => {
        const left = i === audit.contributions.length - 1 ? finalZkey : steps.get(i + 1)
        return left ? { ...contribution, zkey: left } : contribution
      }),
      zkey: finalZkey,
      vkey: vkey.sha256,
      keyDataHash: keccak256(audit.keyData),
    }
    if (published) checks.push(...compareTranscripts(published, transcript))
    return { sound: firstFailure(checks) === undefined, checks, transcript, audit }
  })
}

/** Runs with the path of a file to be, which is gone afterwards. */
export async function withTemporaryFile<T>(run: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'veritask-ceremony-'))
  try {
    return await run(join(folder, 'initial.zkey'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Whether a zkey has the shape and the matrices of a circuit. Says nothing of its points: {@link verifyCeremony} does.
 *
 * @param zkey - Path of the zkey.
 * @param r1cs - Path of the circuit.
 * @throws {@link CeremonyFileError}
 */
export async function compareWithCircuit(zkey: string, r1cs: string): Promise<Check> {
  return compareCircuit(zkey, await readCircuit(r1cs))
}

async function compareCircuit(zkey: string, circuit: Circuit): Promise<Check> {
  return withSource(zkey, async (source) => {
    const file = await openZkey(source)
    const { wires, publicSignals, domainSize } = await readZkey(file)
    const shape =
      wires === circuit.wires && publicSignals === circuit.publicSignals && domainSize === circuit.domainSize
    const entries = shape ? await readSection(file, ZKEY.coefficients) : new Uint8Array()
    const same = Buffer.compare(entries, circuit.coefficients) === 0
    return check('circuit of the key', same, 'its matrices are the circuit’s', 'it is a key of another circuit')
  })
}

/** Rebuilds the zkey that stands before every contribution; deterministic. */
export async function makeInitialZkey(parameters: {
  readonly r1cs: string
  readonly ptau: string
  readonly zkey: string
  readonly onProgress?: StepProgress
}): Promise<void> {
  const { r1cs, ptau, zkey, onProgress = () => {} } = parameters
  onProgress('building the initial key')
  await withSnarkjs(basename(r1cs), async ({ zKey }) => {
    const made = await zKey.newZKey(r1cs, ptau, zkey)
    if (made === -1) throw new CeremonyFileError(basename(r1cs), 'it does not fit these powers of tau')
  })
}

/** What snarkjs finds wrong between an initial key and a later one; `undefined` when nothing. */
async function replayFault(files: {
  readonly initial: string
  readonly ptau: string
  readonly zkey: string
  readonly domainSize: number
}): Promise<string | undefined> {
  const powers = { type: 'mem', data: await tauPowersFile(files.ptau, files.domainSize) } as const
  return withSnarkjs(basename(files.zkey), async ({ zKey }) => {
    let fault = 'it does not follow from the circuit and the powers of tau'
    const ignore = () => {}
    const error = (message: string) => {
      fault = message.replace(/^INVALID:\s*/, '')
    }
    const logger = { debug: ignore, info: ignore, warn: ignore, error }
    return (await zKey.verifyFromInit(files.initial, powers, files.zkey, logger)) ? undefined : fault
  })
}

/**
 * sha256 of each earlier zkey in a folder, by the number of contributions it holds. Files of other ceremonies are left
 * aside; a damaged one of this ceremony, and a second one of the same step, are refused.
 */
async function historyOf(folder: string | undefined, audit: ZkeyAudit): Promise<ReadonlyMap<number, string>> {
  const steps = new Map<number, string>()
  if (folder === undefined) return steps
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new CeremonyFileError(folder, 'the folder cannot be read', cause)
  })
  for (const name of names.filter((file) => file.toLowerCase().endsWith('.zkey'))) {
    const checked = audit.contributions
    const found = await inspectZkey(join(folder, name), { checked }).catch(() => undefined)
    const count = found?.contributions.length ?? 0
    const earlier =
      found?.circuitHash === audit.circuitHash &&
      count < audit.contributions.length &&
      found.contributions.every(({ hash }, i) => hash === audit.contributions[i]?.hash)
    if (!earlier) continue
    refuseFailures(name, found.checks)
    const sha256 = await hashFile(join(folder, name), 'sha256')
    if ((steps.get(count) ?? sha256) !== sha256)
      throw new CeremonyStepRefusedError(
        `Two different files in ${folder} hold the key after contribution ${count}`,
        'Keep the one that was handed on.',
      )
    steps.set(count, sha256)
  }
  return steps
}

/** Each field of a published transcript against the recomputed one, up to the first that differs. */
export function compareTranscripts(published: CeremonyTranscript, actual: CeremonyTranscript): Check[] {
  const lines: Check[] = []
  const compare = (name: string, said: unknown, found: unknown): boolean => {
    const [saidText, foundText] = [said, found].map((value) => (typeof value === 'string' ? value : stable(value)))
    const same = saidText === foundText
    lines.push(check(`transcript: ${name}`, same, `${foundText}`, `says ${saidText}, computed ${foundText}`))
    return same
  }
  const fields = ['circuit', 'r1cs', 'powersOfTau', 'circuitHash', 'initialZkey'] as const
  for (const field of fields) if (!compare(field, published[field], actual[field])) return lines
  const count = Math.max(published.contributions.length, actual.contributions.length)
  for (let i = 0; i < count; i++) {
    const { zkey: saidZkey, ...said } = published.contributions[i] ?? { zkey: undefined }
    const { zkey: foundZkey, ...found } = actual.contributions[i] ?? { zkey: undefined }
    if (!compare(`contribution ${i + 1}`, said, found)) return lines
    if (saidZkey === undefined) continue
    if (foundZkey !== undefined) {
      if (!compare(`zkey after contribution ${i + 1}`, saidZkey, foundZkey)) return lines
    } else
      lines.push({
        name: `transcript: zkey after contribution ${i + 1}`,
        status: 'skipped',
        detail: 'that file was not given',
      })
  }
  const last = ['zkey', 'vkey', 'keyDataHash', 'development'] as const
  for (const field of last) if (!compare(field, published[field], actual[field])) return lines
  return lines
}

/** JSON with sorted keys. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** A zkey that a step may build on. */
async function openStep(input: string, r1cs: string | undefined, onProgress: StepProgress): Promise<ZkeyInspection> {
  const inspection = await inspectZkey(input, { onProgress })
  refuseFailures(basename(input), inspection.checks)
  if (inspection.contributions.some(({ type }) => type === 'beacon'))
    throw new CeremonyStepRefusedError(
      `${basename(input)} was closed by a beacon`,
      'Nothing can be added after it. Start another ceremony.',
    )
  if (r1cs !== undefined) refuseFailures(basename(input), [await compareWithCircuit(input, r1cs)])
  return inspection
}

/** Writes the next zkey and makes sure that it is the last one and one step more. */
async function addStep(
  before: ZkeyInspection,
  output: string,
  make: (zkey: string) => Promise<void>,
): Promise<ContributeReturnType> {
  return writing(output, async (zkey) => {
    await withSnarkjs(basename(output), () => make(zkey))
    const after = await inspectZkey(zkey, { checked: before.contributions })
    refuseFailures(basename(output), after.checks)
    const number = before.contributions.length + 1
    const contribution = after.contributions[number - 1]
    if (contribution === undefined || after.contributions.length !== number)
      throw new CeremonyFileError(basename(output), 'the step is not in it')
    return { contribution, number, circuitHash: after.circuitHash, zkey: await hashFile(zkey, 'sha256') }
  })
}

/** Lets a step write beside its place and moves the file there when it is whole; nothing is overwritten. */
export async function writing<T>(output: string, make: (path: string) => Promise<T>): Promise<T> {
  refuseExisting(output)
  await mkdir(dirname(output), { recursive: true })
  const partial = `${output}.${process.pid}.part`
  try {
    const result = await make(partial)
    await rename(partial, output)
    return result
  } finally {
    await rm(partial, { force: true })
  }
}

function refuseExisting(output: string): void {
  if (existsSync(output))
    throw new CeremonyStepRefusedError(`${output} exists`, 'Name another file: nothing is overwritten.')
}

function refuseFailures(file: string, checks: readonly Check[]): void {
  const failure = firstFailure(checks)
  if (failure) throw new CeremonyFileError(file, `${failure.name}: ${failure.detail}`)
}

function assertLargeEnough({ domainSize }: Pick<Circuit, 'domainSize'>, { power }: { power: number }): void {
  if (domainSize > 2 ** power)
    throw new CeremonyStepRefusedError(
      `The circuit needs powers of tau of power ${Math.log2(domainSize)} and these have ${power}`,
      'Take a larger file.',
    )
}

function assertName(name: string): void {
  const bytes = new TextEncoder().encode(name).length
  if (bytes === 0 || bytes > MAX_NAME_BYTES || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name))
    throw new CeremonyStepRefusedError(
      `The name is not 1 to ${MAX_NAME_BYTES} bytes of plain text`,
      'It stands in the key for everyone to read.',
    )
}
