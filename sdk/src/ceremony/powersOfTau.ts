import { randomBytes } from 'node:crypto'
import { bn254 } from '@noble/curves/bn254'
import type { Curve, Group } from 'snarkjs'
import {
  type ByteSource,
  hashFile,
  reader,
  readSection,
  readSections,
  type SectionedFile,
  sectionOf,
  toHex,
  view,
  withSource,
} from './binaryFile.js'
import { type Check, check, firstFailure } from './checks.js'
import { readParameters } from './contributionParameters.js'
import { inSubgroup, sameRatio, withCurve } from './curve.js'
import { CeremonyFileError, OTHER_CURVE_ADVICE } from './errors.js'
import { COORDINATE_BYTES, firstOffCurveG1, firstOffCurveG2, G1_BYTES, G2_BYTES, littleEndian } from './montgomery.js'
import { type KnownPowersOfTau, knownPowersOfTau } from './powersOfTauHashes.js'

/** One contribution to the powers of tau, as the file lists it. */
export type PowersOfTauContribution = {
  readonly type: 'contribution' | 'beacon'
  readonly name: string
  /** blake2b-512, hex: the challenge that the next contributor was given. */
  readonly nextChallenge: string
  readonly beacon?: { readonly value: string; readonly iterationsExponent: number }
}

/** What a check of a powers-of-tau file found. */
export type PowersOfTauReport = {
  /** No check failed. */
  readonly sound: boolean
  readonly checks: readonly Check[]
  /** blake2b-512 of the file, hex. */
  readonly blake2b: string
  /** What the hash is known as, if it is. */
  readonly known: KnownPowersOfTau | undefined
  /** Circuits of up to 2^power constraints and public signals. */
  readonly power: number
  /** Power of the ceremony that the file was cut from. */
  readonly ceremonyPower: number
  readonly contributions: readonly PowersOfTauContribution[]
}

/** Section types of a prepared ptau file. */
const PTAU = {
  header: 1,
  tauG1: 2,
  tauG2: 3,
  alphaTauG1: 4,
  betaTauG1: 5,
  betaG2: 6,
  contributions: 7,
  lagrangeTauG1: 12,
  lagrangeTauG2: 13,
  lagrangeAlphaTauG1: 14,
  lagrangeBetaTauG1: 15,
} as const
type SectionName = keyof typeof PTAU

const HEADER_BYTES = 4 + COORDINATE_BYTES + 4 + 4
/** Beyond this the random scalars alone take gigabytes. */
const MAX_CHECKED_POWER = 22
const MAX_POWER = 28

const HASH_BYTES = 64
/** Public key of a contribution: six points of G1 and three of G2. */
const KEY_BYTES = 6 * G1_BYTES + 3 * G2_BYTES
/** State of a hash function in the middle of its work. */
const PARTIAL_HASH_BYTES = 216
const POINTS_BYTES = 3 * G1_BYTES + 2 * G2_BYTES
const CONTRIBUTION_BYTES = POINTS_BYTES + KEY_BYTES + PARTIAL_HASH_BYTES + HASH_BYTES + 4 + 4

/** Random scalars of 128 bits: a wrong point stays unseen with a chance of 2^-128. */
const SCALAR_BYTES = 16
/** Points read and checked at a time. */
const CHUNK_POINTS = 2 ** 16
/**
 * The smallest prime factor of G2's cofactor is 10,069: a random sum of points outside the subgroup lies in it with that
 * chance at most, so three sums leave 10^-12.
 */
const SUBGROUP_ROUNDS = 3
const SUBGROUP_SCALAR_BYTES = 4

type Points = {
  readonly group: Group
  readonly bytes: number
  readonly inG2: boolean
}

/**
 * Quick check of a powers-of-tau file prepared for phase 2: its hash against those published, the structure, that every
 * point lies in its group, and by random linear combinations that tau, alpha and beta are the same in every section and
 * that the prepared Lagrange sections follow from the powers.
 *
 * What it does not check: the contributions' own proofs of knowledge, beacons and response hashes. For a file cut down
 * from a larger ceremony that takes hours (`snarkjs powersoftau verify`); its published hash stands for it. A file that
 * passes with an unknown hash is well formed, and trustworthy only as far as whoever made it.
 *
 * @param file - Path of the file.
 * @throws {@link CeremonyFileError} for a file that is truncated, of another curve, not prepared, or malformed.
 *
 * @example
 * import { checkPowersOfTau } from '@veritask/sdk/node'
 *
 * const { sound, known, power } = await checkPowersOfTau('powersOfTau28_hez_final_15.ptau')
 */
export async function checkPowersOfTau(
  file: string,
  options: {
    /** Leaves out the sections of a file whose hash is known. */
    readonly trustKnownHash?: boolean
    readonly onProgress?: (section: string, fraction: number) => void
  } = {},
): Promise<PowersOfTauReport> {
  const { trustKnownHash = false, onProgress = () => {} } = options
  return withSource(file, async (source) => {
    const sections = await openPowersOfTau(source)
    const { power, ceremonyPower } = await readHeader(sections)
    assertSizes(sections, power)
    const { list, last } = readContributions(source.name, await readSection(sections, PTAU.contributions))
    onProgress('hash', 0)
    const blake2b = await hashFile(file, 'blake2b512')
    const known = knownPowersOfTau(blake2b)
    const checks: Check[] = [
      { name: 'hash', status: known ? 'ok' : 'skipped', detail: known ? `the ${known.name}` : 'not a published one' },
    ]
    if (trustKnownHash && known) checks.push({ name: 'sections', status: 'skipped', detail: 'the hash is known' })
    else if (power > MAX_CHECKED_POWER)
      throw new CeremonyFileError(source.name, `files above power ${MAX_CHECKED_POWER} are too large to check here`)
    else await withCurve((curve) => checkSections({ curve, file: sections, power, last, checks, onProgress }))
    return {
      sound: firstFailure(checks) === undefined,
      checks,
      blake2b,
      known,
      power,
      ceremonyPower,
      contributions: list,
    }
  })
}

/**
 * The powers of tau in G1 that a key with this domain is compared with, as a file of its own in memory: snarkjs leaves
 * the file that it reads them from open.
 */
export function tauPowersFile(ptau: string, domainSize: number): Promise<Uint8Array> {
  return withSource(ptau, async (source) => {
    const { offset } = sectionOf(await openPowersOfTau(source), PTAU.tauG1)
    // snarkjs reads one point past the last power and multiplies it by zero.
    const points = await source.read(offset, 2 * domainSize * G1_BYTES)
    const head = Buffer.alloc(24)
    head.write('ptau')
    for (const [i, word] of [1, 1, PTAU.tauG1].entries()) head.writeUInt32LE(word, 4 + 4 * i)
    head.writeBigUInt64LE(BigInt(points.length), 16)
    return Buffer.concat([head, points])
  })
}

async function openPowersOfTau(source: ByteSource): Promise<SectionedFile> {
  const prepared = Object.values(PTAU).filter((type) => type >= PTAU.lagrangeTauG1)
  const types = Object.values(PTAU).filter((type) => type < PTAU.lagrangeTauG1)
  const file = await readSections(source, { magic: 'ptau', version: 1, types, optional: prepared })
  if (prepared.every((type) => !file.sections.has(type)))
    throw new CeremonyFileError(
      source.name,
      'it is not prepared for phase 2',
      undefined,
      'Run `snarkjs powersoftau prepare phase2`, or take the published file whose name says `final`.',
    )
  for (const type of prepared) sectionOf(file, type)
  return file
}

async function readHeader(file: SectionedFile): Promise<{ power: number; ceremonyPower: number }> {
  const { name } = file.source
  const header = await readSection(file, PTAU.header, HEADER_BYTES)
  const modulus = littleEndian(header.subarray(4, 4 + COORDINATE_BYTES))
  if (view(header).getUint32(0, true) !== COORDINATE_BYTES || modulus !== bn254.fields.Fp.ORDER)
    throw new CeremonyFileError(name, 'it is on another curve than BN254', undefined, OTHER_CURVE_ADVICE)
  const [power, ceremonyPower] = [8, 4].map((before) => view(header).getUint32(HEADER_BYTES - before, true)) as [
    number,
    number,
  ]
  if (power < 1 || power > ceremonyPower || ceremonyPower > MAX_POWER)
    throw new CeremonyFileError(name, `its header says power ${power} of ${ceremonyPower}`)
  return { power, ceremonyPower }
}

/** Every section has the size that the power implies; Lagrange sections hold one basis for each power of two. */
function assertSizes(file: SectionedFile, power: number): void {
  const n = 2 ** power
  sectionOf(file, PTAU.tauG1, (2 * n - 1) * G1_BYTES)
  sectionOf(file, PTAU.tauG2, n * G2_BYTES)
  sectionOf(file, PTAU.alphaTauG1, n * G1_BYTES)
  sectionOf(file, PTAU.betaTauG1, n * G1_BYTES)
  sectionOf(file, PTAU.betaG2, G2_BYTES)
  sectionOf(file, PTAU.lagrangeTauG1, (4 * n - 1) * G1_BYTES)
  sectionOf(file, PTAU.lagrangeTauG2, (2 * n - 1) * G2_BYTES)
  sectionOf(file, PTAU.lagrangeAlphaTauG1, (2 * n - 1) * G1_BYTES)
  sectionOf(file, PTAU.lagrangeBetaTauG1, (2 * n - 1) * G1_BYTES)
}

/** Points that the last contribution left, as it states them. */
type LastPoints = Readonly<Record<'tauG1' | 'tauG2' | 'alphaG1' | 'betaG1' | 'betaG2', Uint8Array>>

function readContributions(name: string, section: Uint8Array): { list: PowersOfTauContribution[]; last: LastPoints } {
  const { next, left } = reader(section, () => new CeremonyFileError(name, 'section 7 (contributions) ends too early'))
  const count = view(next(4)).getUint32(0, true)
  if (count === 0) throw new CeremonyFileError(name, 'nobody contributed to it: everyone knows its tau')
  if (count * CONTRIBUTION_BYTES > section.length)
    throw new CeremonyFileError(name, `section 7 (contributions) claims ${count}`)
  const list: PowersOfTauContribution[] = []
  let last: LastPoints | undefined
  for (let i = 0; i < count; i++) {
    const [tauG1, tauG2, alphaG1] = [next(G1_BYTES), next(G2_BYTES), next(G1_BYTES)]
    last = { tauG1, tauG2, alphaG1, betaG1: next(G1_BYTES), betaG2: next(G2_BYTES) }
    next(KEY_BYTES + PARTIAL_HASH_BYTES)
    const nextChallenge = toHex(next(HASH_BYTES))
    const type = view(next(4)).getUint32(0, true)
    const { name: contributor, beacon } = readParameters(name, next(view(next(4)).getUint32(0, true)))
    if (type > 1 || (type === 1 && beacon === undefined))
      throw new CeremonyFileError(name, `contribution ${i + 1} is of an unknown kind`)
    const shared = { name: contributor, nextChallenge }
    list.push(type === 1 && beacon ? { type: 'beacon', ...shared, beacon } : { type: 'contribution', ...shared })
  }
  if (left() !== 0) throw new CeremonyFileError(name, 'section 7 (contributions) has bytes too many')
  return { list, last: last! }
}

async function checkSections(parameters: {
  readonly curve: Curve
  readonly file: SectionedFile
  readonly power: number
  readonly last: LastPoints
  readonly checks: Check[]
  readonly onProgress: (section: string, fraction: number) => void
}): Promise<void> {
  const { curve, file, power, last, checks, onProgress } = parameters
  const { G1, G2 } = curve
  const inG1: Points = { group: G1, bytes: G1_BYTES, inG2: false }
  const inG2: Points = { group: G2, bytes: G2_BYTES, inG2: true }
  const at = (section: SectionName, index: number, { bytes }: Points) =>
    file.source.read(sectionOf(file, PTAU[section]).offset + index * bytes, bytes)

  // Everything below is relative to these: a pair (tau·G1, tau·G2) that is consistent and not zero.
  const [tau1, tau2] = [await at('tauG1', 1, inG1), await at('tauG2', 1, inG2)]
  const betaG2 = await readSection(file, PTAU.betaG2)
  const anchors: [SectionName, boolean][] = [
    ['contributions', Object.values(last).every(isOnCurve)],
    ['tauG1', firstOffCurveG1(tau1) === -1],
    ['tauG2', firstOffCurveG2(tau2) === -1 && inSubgroup(G2, tau2)],
    ['betaG2', firstOffCurveG2(betaG2) === -1 && inSubgroup(G2, betaG2)],
  ]
  for (const [name, valid] of anchors) {
    if (valid) continue
    checks.push({ name, status: 'failed', detail: 'a point is zero, off the curve or outside its subgroup' })
    return
  }
  if (!(await sameRatio(curve, G1.g, tau1, G2.g, tau2))) {
    const name = G1.eq(last.tauG1, tau1) ? 'tauG2' : 'tauG1'
    checks.push({ name, status: 'failed', detail: 'tauG1 and tauG2 hold two taus, and this is not the stated one' })
    return
  }

  const section = async (name: SectionName, lagrange: SectionName, kind: Points, count: number, share: number) => {
    onProgress(name, share)
    const { offset } = sectionOf(file, PTAU[name])
    const read = (first: number, length: number) => file.source.read(offset + first * kind.bytes, length * kind.bytes)
    const problem = await powersProblem(curve, kind, read, count, { tau1, tau2 })
    checks.push(check(name, problem === undefined, `${count} powers of one tau`, `${problem}`))
    if (problem !== undefined) return
    const basis = sectionOf(file, PTAU[lagrange]).offset
    const lagrangeProblem = await basisProblem(curve, kind, {
      top: name === 'tauG1' ? power + 1 : power,
      powers: (first, length) => padded(read, first, length, count, kind),
      lagrange: (first, length) => file.source.read(basis + first * kind.bytes, length * kind.bytes),
    })
    checks.push(check(lagrange, lagrangeProblem === undefined, `follows from ${name}`, `${lagrangeProblem}`))
  }
  const n = 2 ** power
  await section('tauG1', 'lagrangeTauG1', inG1, 2 * n - 1, 0.05)
  await section('tauG2', 'lagrangeTauG2', inG2, n, 0.35)
  await section('alphaTauG1', 'lagrangeAlphaTauG1', inG1, n, 0.7)
  await section('betaTauG1', 'lagrangeBetaTauG1', inG1, n, 0.85)

  const beta1 = await at('betaTauG1', 0, inG1)
  const paired = firstOffCurveG1(beta1) === -1 && (await sameRatio(curve, G1.g, beta1, G2.g, betaG2))
  checks.push(check('betaG2', paired, 'its beta is that of betaTauG1', 'its beta is not that of betaTauG1'))
  const [one1, one2] = [await at('tauG1', 0, inG1), await at('tauG2', 0, inG2)]
  const generators = G1.eq(one1, G1.g) && G2.eq(one2, G2.g)
  checks.push(check('generators', generators, 'the powers start at them', 'the powers start elsewhere'))
  const stated =
    G1.eq(last.tauG1, tau1) &&
    G2.eq(last.tauG2, tau2) &&
    G1.eq(last.alphaG1, await at('alphaTauG1', 0, inG1)) &&
    G1.eq(last.betaG1, beta1) &&
    G2.eq(last.betaG2, betaG2)
  checks.push(
    check('contributions', stated, 'the last one states these points', 'the last one states other points than these'),
  )
}

/** Why a section does not hold P, tau·P, tau²·P …; `undefined` when it does. */
async function powersProblem(
  curve: Curve,
  { group, inG2 }: Points,
  read: (first: number, length: number) => Promise<Uint8Array>,
  count: number,
  { tau1, tau2 }: { tau1: Uint8Array; tau2: Uint8Array },
): Promise<string | undefined> {
  let [low, high] = [group.zero, group.zero]
  // Chunks overlap by one point, so that every neighbouring pair is seen.
  for (let first = 0; first < count - 1; first += CHUNK_POINTS - 1) {
    const points = await read(first, Math.min(CHUNK_POINTS, count - first))
    const problem = await groupProblem(group, inG2, points, first)
    if (problem) return problem
    const size = inG2 ? G2_BYTES : G1_BYTES
    const scalars = randomBytes((points.length / size - 1) * SCALAR_BYTES)
    low = group.add(low, await group.multiExpAffine(points.subarray(0, points.length - size), scalars))
    high = group.add(high, await group.multiExpAffine(points.subarray(size), scalars))
  }
  const { G1, G2 } = curve
  const powers = inG2 ? await sameRatio(curve, G1.g, tau1, low, high) : await sameRatio(curve, low, high, G2.g, tau2)
  return powers ? undefined : 'its points are not powers of tau'
}

/** Why a Lagrange section does not follow from its powers; `undefined` when it does. */
async function basisProblem(
  curve: Curve,
  { group, inG2 }: Points,
  parameters: {
    /** Bases for 2^0 … 2^top points. */
    readonly top: number
    readonly powers: (first: number, length: number) => Promise<Uint8Array>
    readonly lagrange: (first: number, length: number) => Promise<Uint8Array>
  },
): Promise<string | undefined> {
  const { top, powers, lagrange } = parameters
  const { Fr } = curve
  const random = randomBytes(2 ** top * SCALAR_BYTES)
  // r(tau) for the random polynomial r of degree below 2^k: from the powers by its coefficients, from the basis by its
  // values at the 2^k-th roots of unity. Each k takes up the sum where the last one left it.
  let byPowers = group.zero
  for (let k = 0; k <= top; k++) {
    const size = 2 ** k
    const from = k === 0 ? 0 : size / 2
    byPowers = group.add(byPowers, await weightedSum(group, powers, from, size - from, random))
    const coefficients = new Uint8Array(size * COORDINATE_BYTES)
    for (let i = 0; i < size; i++)
      coefficients.set(random.subarray(i * SCALAR_BYTES, (i + 1) * SCALAR_BYTES), i * COORDINATE_BYTES)
    const values = await Fr.batchFromMontgomery(await Fr.fft(await Fr.batchToMontgomery(coefficients)))
    let byBasis = group.zero
    for (let first = 0; first < size; first += CHUNK_POINTS) {
      const length = Math.min(CHUNK_POINTS, size - first)
      const points = await lagrange(size - 1 + first, length)
      const problem = await groupProblem(group, inG2, points, size - 1 + first)
      if (problem) return problem
      const weights = values.subarray(first * COORDINATE_BYTES, (first + length) * COORDINATE_BYTES)
      byBasis = group.add(byBasis, await group.multiExpAffine(points, weights))
    }
    if (!group.eq(byPowers, byBasis)) return `its basis of ${size} points is not that of the powers`
  }
  return undefined
}

/** Sum of the points from `first` on, each times its weight: the 128-bit word of the same index. */
async function weightedSum(
  group: Group,
  read: (first: number, length: number) => Promise<Uint8Array>,
  first: number,
  count: number,
  weights: Uint8Array,
): Promise<Uint8Array> {
  let sum = group.zero
  for (let at = first; at < first + count; at += CHUNK_POINTS) {
    const length = Math.min(CHUNK_POINTS, first + count - at)
    const scalars = weights.subarray(at * SCALAR_BYTES, (at + length) * SCALAR_BYTES)
    sum = group.add(sum, await group.multiExpAffine(await read(at, length), scalars))
  }
  return sum
}

/** Points of a section; the one past its end, which the largest basis has, counts as zero. */
async function padded(
  read: (first: number, length: number) => Promise<Uint8Array>,
  first: number,
  length: number,
  count: number,
  { bytes }: Points,
): Promise<Uint8Array> {
  const points = new Uint8Array(length * bytes)
  points.set(await read(first, Math.min(length, count - first)))
  return points
}

async function groupProblem(
  group: Group,
  inG2: boolean,
  points: Uint8Array,
  first: number,
): Promise<string | undefined> {
  const off = inG2 ? firstOffCurveG2(points) : firstOffCurveG1(points)
  if (off !== -1) return `point ${first + off} is zero or off the curve`
  // On BN254 every point of the curve over the base field is in G1.
  if (!inG2) return undefined
  for (let round = 0; round < SUBGROUP_ROUNDS; round++) {
    const scalars = randomBytes((points.length / G2_BYTES) * SUBGROUP_SCALAR_BYTES)
    if (!inSubgroup(group, await group.multiExpAffine(points, scalars))) return 'a point is outside its subgroup'
  }
  return undefined
}

function isOnCurve(point: Uint8Array): boolean {
  return (point.length === G1_BYTES ? firstOffCurveG1(point) : firstOffCurveG2(point)) === -1
}
