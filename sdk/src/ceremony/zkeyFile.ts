import { createHash, type Hash, randomBytes } from 'node:crypto'
import { bn254 } from '@noble/curves/bn254'
import { ChaCha } from 'ffjavascript'
import type { Curve } from 'snarkjs'
import { FIELD_ORDER } from '../field.js'
import type { VerifyingKeyJson } from '../proving/types.js'
import { auditVerifyingKey, type Contribution, isElement, type KeyOrigin, type ZkeyAudit } from './audit.js'
import {
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
import { CeremonyFileError, OTHER_CURVE_ADVICE, WrongFileError } from './errors.js'
import { fileKind } from './fileKind.js'
import {
  COORDINATE_BYTES,
  coordinates,
  firstOffCurveG1,
  firstOffCurveG2,
  G1_BYTES,
  G2_BYTES,
  littleEndian,
} from './montgomery.js'

/** Section types of a Groth16 zkey, as snarkjs writes it. */
export const ZKEY = {
  protocol: 1,
  header: 2,
  ic: 3,
  coefficients: 4,
  a: 5,
  b1: 6,
  b2: 7,
  c: 8,
  h: 9,
  phase2: 10,
} as const

const GROTH16 = 1
/** Sizes of the two moduli with their length words, and of three counts, before the points. */
const HEADER_POINTS = 2 * (4 + COORDINATE_BYTES) + 3 * 4
const HEADER_BYTES = HEADER_POINTS + 3 * G1_BYTES + 3 * G2_BYTES
/** Matrix, constraint, signal (u32 each) and value. */
export const COEFFICIENT_BYTES = 3 * 4 + COORDINATE_BYTES

const HASH_BYTES = 64
/** deltaAfter, s, sx, spx, transcript, type, length of the parameters. */
const CONTRIBUTION_BYTES = 3 * G1_BYTES + G2_BYTES + HASH_BYTES + 4 + 4
/** Contributions between two reports of progress. */
const REPORT_EVERY = 100
/** Bytes of the random factor by which two equations are checked as one: a wrong pair passes with chance 2^-128. */
const MIX_BYTES = 16

/** Largest exponent of a beacon that is computed again here: 2^24 hashes take about half a minute. */
export const MAX_BEACON_EXPONENT = 24
/** Smallest that snarkjs makes. */
export const MIN_BEACON_EXPONENT = 10

type RawContribution = {
  readonly type: Contribution['type']
  readonly name: string
  readonly beacon?: Contribution['beacon']
  readonly deltaAfter: Uint8Array
  /** A random point s, s·x and, on a point sp hashed from the history, sp·x: proof that x was known. */
  readonly s: Uint8Array
  readonly sx: Uint8Array
  readonly spx: Uint8Array
  readonly transcript: Uint8Array
}

/** What a zkey's header and list of contributions hold; points as in the file. */
export type ZkeyParts = {
  readonly file: SectionedFile
  readonly wires: number
  readonly publicSignals: number
  readonly domainSize: number
  readonly points: Readonly<Record<'alpha1' | 'beta1' | 'beta2' | 'gamma2' | 'delta1' | 'delta2', Uint8Array>>
  readonly ic: Uint8Array
  readonly circuitHash: Uint8Array
  readonly contributions: readonly RawContribution[]
}

/**
 * Audits a Groth16 proving key: everything {@link auditVerifyingKey} checks, and how the key was made. The list of
 * contributions is decoded and each one's proof of knowledge and place in the chain of deltas verified, a beacon computed
 * again. Needs neither circuit nor powers of tau, and therefore cannot tell whether the key is of a given circuit:
 * {@link verifyCeremony} does, and its report holds the audit with `powersOfTau` looked at. Nobody can tell whether two
 * contributors are two parties.
 *
 * @param zkey - Bytes or path of the file.
 * @param options.onProgress - Told how many contributions were checked: thousands take a minute and more.
 * @throws {@link CeremonyFileError} for a file that is truncated, of another curve or proof system, or malformed.
 *
 * @example
 * import { auditZkey } from '@veritask/sdk/node'
 *
 * const { sound, origin, contributions } = await auditZkey('circuit.zkey')
 */
export async function auditZkey(zkey: string | Uint8Array, options: InspectOptions = {}): Promise<ZkeyAudit> {
  const { verifyingKey, circuitHash, contributions, checks: phase2 } = await inspectZkey(zkey, options)
  const { checks, keyData, signalCount } = auditVerifyingKey(verifyingKey)
  const origin = originOf(contributions)
  const lines = [
    ...checks,
    ...phase2,
    check(
      'origin',
      origin !== 'unfinished',
      `${origin}: ${describeContributions(contributions)}`,
      'unfinished: nobody contributed, so anyone can forge under it',
    ),
  ]
  const sound = firstFailure(lines) === undefined
  return {
    sound,
    checks: lines,
    keyData,
    signalCount,
    origin,
    powersOfTau: 'unchecked',
    circuitHash,
    contributions,
    verifyingKey,
  }
}

/** What a zkey says of itself at any stage of a ceremony, and whether its contributions and deltas hold together. */
export type ZkeyInspection = Pick<ZkeyAudit, 'verifyingKey' | 'circuitHash' | 'contributions' | 'checks'>

export type InspectOptions = {
  readonly onProgress?: ((step: string) => void) | undefined
  /**
   * Contributions that were checked before, in order: of those that are the same here, only the place in the chain is
   * looked at again. Makes a ceremony of n steps take time in proportion to n and not to its square.
   */
  readonly checked?: readonly Contribution[] | undefined
}

/** @throws {@link CeremonyFileError} */
export function inspectZkey(zkey: string | Uint8Array, options: InspectOptions = {}): Promise<ZkeyInspection> {
  return withSource(zkey, async (source) => {
    const parts = await readZkey(await openZkey(source))
    return {
      verifyingKey: verifyingKeyOf(parts),
      circuitHash: toHex(parts.circuitHash),
      contributions: listContributions(parts),
      checks: await withCurve((curve) => checkPhase2(curve, parts, options)),
    }
  })
}

export async function openZkey(source: Parameters<typeof readSections>[0]): Promise<SectionedFile> {
  const found = await fileKind(source)
  if (found === 'plonk zkey' || found === 'fflonk zkey' || found === 'other zkey')
    throw new WrongFileError(source.name, found, 'a Groth16 proving key (zkey)')
  return readSections(source, { magic: 'zkey', version: 1, types: Object.values(ZKEY) })
}

/** Reads header and contributions, and checks that every section has the size the header implies. */
export async function readZkey(file: SectionedFile): Promise<ZkeyParts> {
  const { name } = file.source
  const protocol = view(await readSection(file, ZKEY.protocol, 4)).getUint32(0, true)
  if (protocol !== GROTH16) throw new CeremonyFileError(name, 'it is a key of another proof system than Groth16')
  const header = await readSection(file, ZKEY.header)
  assertModulus(name, header, 0, bn254.fields.Fp.ORDER)
  assertModulus(name, header, 4 + COORDINATE_BYTES, FIELD_ORDER)
  if (header.length !== HEADER_BYTES) throw new CeremonyFileError(name, 'its header has another size')
  const [wires, publicSignals, domainSize] = [12, 8, 4].map((before) =>
    view(header).getUint32(HEADER_POINTS - before, true),
  ) as [number, number, number]
  if (publicSignals >= wires) throw new CeremonyFileError(name, 'it has more public signals than wires')
  if (domainSize === 0 || (domainSize & (domainSize - 1)) !== 0)
    throw new CeremonyFileError(name, 'its domain is no power of two')
  sectionOf(file, ZKEY.a, wires * G1_BYTES)
  sectionOf(file, ZKEY.b1, wires * G1_BYTES)
  sectionOf(file, ZKEY.b2, wires * G2_BYTES)
  sectionOf(file, ZKEY.c, (wires - publicSignals - 1) * G1_BYTES)
  sectionOf(file, ZKEY.h, domainSize * G1_BYTES)
  const { offset, size } = sectionOf(file, ZKEY.coefficients)
  const coefficients = size < 4 ? Number.NaN : view(await file.source.read(offset, 4)).getUint32(0, true)
  sectionOf(file, ZKEY.coefficients, 4 + coefficients * COEFFICIENT_BYTES)

  const { next } = reader(
    header.subarray(HEADER_POINTS),
    () => new CeremonyFileError(name, 'its header ends too early'),
  )
  return {
    file,
    wires,
    publicSignals,
    domainSize,
    points: {
      alpha1: next(G1_BYTES),
      beta1: next(G1_BYTES),
      beta2: next(G2_BYTES),
      gamma2: next(G2_BYTES),
      delta1: next(G1_BYTES),
      delta2: next(G2_BYTES),
    },
    ic: await readSection(file, ZKEY.ic, (publicSignals + 1) * G1_BYTES),
    ...readPhase2(name, await readSection(file, ZKEY.phase2)),
  }
}

function assertModulus(name: string, header: Uint8Array, offset: number, modulus: bigint): void {
  const end = offset + 4 + COORDINATE_BYTES
  const matches =
    header.length >= end &&
    view(header).getUint32(offset, true) === COORDINATE_BYTES &&
    littleEndian(header.subarray(offset + 4, end)) === modulus
  if (!matches) throw new CeremonyFileError(name, 'it is on another curve than BN254', undefined, OTHER_CURVE_ADVICE)
}

function readPhase2(name: string, section: Uint8Array): Pick<ZkeyParts, 'circuitHash' | 'contributions'> {
  const { next, left } = reader(section, () => new CeremonyFileError(name, 'its list of contributions ends too early'))
  const circuitHash = next(HASH_BYTES)
  const count = view(next(4)).getUint32(0, true)
  // Each takes its bytes in the section, so that the file's size bounds what is read.
  if (count * CONTRIBUTION_BYTES > section.length) throw new CeremonyFileError(name, `it claims ${count} contributions`)
  const contributions: RawContribution[] = []
  for (let i = 0; i < count; i++) {
    const [deltaAfter, s, sx] = [next(G1_BYTES), next(G1_BYTES), next(G1_BYTES)]
    const [spx, transcript] = [next(G2_BYTES), next(HASH_BYTES)]
    if (![deltaAfter, s, sx, spx].every(coordinates))
      throw new CeremonyFileError(name, `contribution ${i + 1} has a coordinate at or above the modulus`)
    const type = view(next(4)).getUint32(0, true)
    const parameters = readParameters(name, next(view(next(4)).getUint32(0, true)))
    const isBeacon = type === 1
    if (type > 1 || (isBeacon && parameters.beacon === undefined))
      throw new CeremonyFileError(name, `contribution ${i + 1} is of an unknown kind`)
    const shared = { name: parameters.name, deltaAfter, s, sx, spx, transcript }
    contributions.push(
      isBeacon ? { ...shared, type: 'beacon', beacon: parameters.beacon } : { ...shared, type: 'contribution' },
    )
  }
  if (left() !== 0) throw new CeremonyFileError(name, 'there are bytes after its list of contributions')
  return { circuitHash, contributions }
}

/** The verifying key inside a zkey. */
function verifyingKeyOf({ file, publicSignals, points, ic }: ZkeyParts): VerifyingKeyJson {
  const values = (bytes: Uint8Array): readonly string[] => {
    const plain = coordinates(bytes)
    if (!plain) throw new CeremonyFileError(file.source.name, 'a coordinate is at or above the modulus')
    return plain.map(String)
  }
  const g1 = (bytes: Uint8Array) => [...values(bytes), '1']
  const g2 = (bytes: Uint8Array) => {
    const [x0, x1, y0, y1] = values(bytes) as [string, string, string, string]
    return [
      [x0, x1],
      [y0, y1],
      ['1', '0'],
    ]
  }
  return {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: publicSignals,
    vk_alpha_1: g1(points.alpha1),
    vk_beta_2: g2(points.beta2),
    vk_gamma_2: g2(points.gamma2),
    vk_delta_2: g2(points.delta2),
    IC: Array.from({ length: publicSignals + 1 }, (_, i) => g1(ic.subarray(i * G1_BYTES, (i + 1) * G1_BYTES))),
  }
}

const hashOf = (points: readonly Uint8Array[], onto: Hash = createHash('blake2b512')): Hash => {
  for (const point of points) onto.update(uncompressed(point))
  return onto
}

/** Big-endian, imaginary parts first: the form in which contributions are hashed. */
function uncompressed(point: Uint8Array): Uint8Array {
  const plain = coordinates(point) ?? []
  const [x0, x1, y0, y1] = plain as readonly [bigint, bigint, bigint?, bigint?]
  const ordered = y0 === undefined ? [x0, x1] : [x1, x0, y1!, y0]
  return Buffer.from(ordered.map((value) => value.toString(16).padStart(2 * COORDINATE_BYTES, '0')).join(''), 'hex')
}

/** What enters the history of later contributions, and whose hash contributors publish. */
function hashContribution({ deltaAfter, s, sx, spx, transcript }: RawContribution, onto?: Hash): Hash {
  return hashOf([deltaAfter, s, sx, spx], onto).update(transcript)
}

function publicPart(contribution: RawContribution): Contribution {
  const { type, name, beacon } = contribution
  return { type, name, hash: hashContribution(contribution).digest('hex'), ...(beacon ? { beacon } : {}) }
}

/** What a zkey lists; says nothing of whether it is sound. */
export function listContributions({ contributions }: ZkeyParts): Contribution[] {
  return contributions.map(publicPart)
}

/** See {@link KeyOrigin}: of phase 2 alone. */
export function originOf(contributions: readonly Contribution[]): KeyOrigin {
  if (contributions.length === 0) return 'unfinished'
  const parties = contributions.filter(({ type }) => type === 'contribution').length
  return parties > 1 && contributions.at(-1)?.type === 'beacon' ? 'ceremony' : 'development'
}

/** For people. */
export function describeContributions(contributions: readonly Contribution[]): string {
  const parties = contributions.filter(({ type }) => type === 'contribution').length
  const last = contributions.at(-1)?.type === 'beacon' ? 'and a final beacon' : 'and no final beacon'
  return `${parties} ${parties === 1 ? 'contribution' : 'contributions'} ${last}`
}

/** Both halves of beta and delta agree, gamma is the generator, and delta is the product of the contributions listed. */
async function checkPhase2(
  curve: Curve,
  parts: ZkeyParts,
  { onProgress, checked = [] }: InspectOptions,
): Promise<Check[]> {
  const { G1, G2 } = curve
  const { beta1, beta2, gamma2, delta1, delta2 } = parts.points
  const halves = async (name: string, g1: Uint8Array, g2: Uint8Array) => {
    const agree = isElement(g1Point(g1)) && (await sameRatio(curve, G1.g, g1, G2.g, g2))
    return check(name, agree, 'the same in both groups', 'differs between the groups')
  }
  const lines = [
    check('gamma generator', G2.eq(gamma2, G2.g), 'gamma is the G2 generator', 'gamma is not the G2 generator'),
    await halves('beta pair', beta1, beta2),
    await halves('delta pair', delta1, delta2),
  ]
  const history = createHash('blake2b512').update(parts.circuitHash)
  let delta = G1.toAffine(G1.g)
  const count = parts.contributions.length
  for (const [index, contribution] of parts.contributions.entries()) {
    if (index % REPORT_EVERY === 0 && count > REPORT_EVERY) onProgress?.(`contribution ${index + 1} of ${count}`)
    const early = contribution.type === 'beacon' && index < parts.contributions.length - 1
    const part = publicPart(contribution)
    const { type, name, hash } = part
    // The hash is of all its points and of what stood before it.
    const known = isSame(part, checked[index])
    const fault = early
      ? 'a beacon stands last'
      : known
        ? undefined
        : await faultOf(curve, contribution, delta, history.copy())
    const title = `${type} ${index + 1}`
    lines.push(check(title, fault === undefined, `${name || '(no name)'}, ${hash}`, `${fault}`))
    if (fault !== undefined) return lines
    hashContribution(contribution, history)
    delta = contribution.deltaAfter
  }
  lines.push(check('delta', G1.eq(delta, delta1), 'the product of what is listed', 'not the product of what is listed'))
  return lines
}

function isSame(a: Contribution, b: Contribution | undefined): boolean {
  return (
    a.hash === b?.hash &&
    a.type === b.type &&
    a.beacon?.value === b.beacon?.value &&
    a.beacon?.iterationsExponent === b.beacon?.iterationsExponent
  )
}

async function faultOf(
  curve: Curve,
  { type, beacon, deltaAfter, s, sx, spx, transcript }: RawContribution,
  deltaBefore: Uint8Array,
  history: Hash,
): Promise<string | undefined> {
  const inG1 = [deltaAfter, s, sx].every((point) => firstOffCurveG1(point) === -1)
  if (!inG1 || firstOffCurveG2(spx) !== -1 || !inSubgroup(curve.G2, spx))
    return 'a point is zero, off the curve or outside its subgroup'
  if (!hashOf([s, sx], history).digest().equals(transcript)) return 'it does not follow what stands before it'
  const sp = curve.G2.fromRng(new ChaCha(seedOf(transcript)))
  // s : sx = sp : spx and before : after = sp : spx, as one equation mixed by a random factor; apart only to name the fault.
  const { G1 } = curve
  const mix = randomBytes(MIX_BYTES)
  const mixed = (first: Uint8Array, second: Uint8Array) =>
    G1.toAffine(G1.add(first, G1.timesScalar(second, littleEndian(mix))))
  if (!(await sameRatio(curve, mixed(s, deltaBefore), mixed(sx, deltaAfter), sp, spx)))
    return (await sameRatio(curve, s, sx, sp, spx)) ? 'delta does not follow from it' : 'its proof of knowledge fails'
  if (type === 'beacon' && beacon) {
    if (beacon.iterationsExponent > MAX_BEACON_EXPONENT)
      return `its 2^${beacon.iterationsExponent} hashes are more than this tool computes`
    const rng = new ChaCha(seedOf(delayedHash(beacon.value, beacon.iterationsExponent)))
    const scalar = curve.Fr.fromRng(rng)
    const expected = curve.G1.fromRng(rng)
    if (!curve.G1.eq(expected, s) || !curve.G1.eq(curve.G1.timesFr(expected, scalar), sx))
      return 'it does not come from its public value'
  }
  return undefined
}

/** sha256, 2^exponent times. */
function delayedHash(hex: string, exponent: number): Uint8Array {
  let value: Uint8Array = Buffer.from(hex, 'hex')
  for (let i = 0; i < 2 ** exponent; i++) value = createHash('sha256').update(value).digest()
  return value
}

const seedOf = (hash: Uint8Array): number[] => Array.from({ length: 8 }, (_, i) => view(hash).getUint32(4 * i))

function g1Point(bytes: Uint8Array) {
  const [x, y] = coordinates(bytes) ?? [0n, 0n]
  return bn254.G1.ProjectivePoint.fromAffine({ x: x!, y: y! })
}
