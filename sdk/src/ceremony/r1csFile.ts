import { createHash } from 'node:crypto'
import { FIELD_ORDER } from '../field.js'
import { reader, readSection, readSections, sectionOf, toHex, view, withSource } from './binaryFile.js'
import { CeremonyFileError, OTHER_CURVE_ADVICE } from './errors.js'
import { COORDINATE_BYTES, littleEndian } from './montgomery.js'
import { COEFFICIENT_BYTES } from './zkeyFile.js'

/** A circuit as an r1cs file holds it. */
export type Circuit = {
  /** sha256 of the file, hex. */
  readonly sha256: string
  readonly constraints: number
  readonly wires: number
  /** Outputs and public inputs. */
  readonly publicSignals: number
  /** Rows of the smallest domain that holds the constraints and one row for each public signal and the constant. */
  readonly domainSize: number
  /** What section 4 of every zkey of this circuit holds: the entries of A and B by constraint, then the public rows. */
  readonly coefficients: Uint8Array
}

/** Header, constraints, and the label of each wire, of which only the number is needed here. */
const R1CS = { header: 1, constraints: 2, labels: 3 } as const
const LABEL_BYTES = 8
const CUSTOM_GATES = [4, 5]
/** Rows of the largest domain: 2^28 is the largest power of two that divides the field order less one. */
const MAX_DOMAIN = 2 ** 28
const HEADER_BYTES = 4 + COORDINATE_BYTES + 4 * 4 + 8 + 4
/** Values of coefficients stand in zkeys multiplied by 2^512: the square of the Montgomery radix. */
const RADIX_SQUARED = (1n << 512n) % FIELD_ORDER
const MATRICES = [0, 1, 2]

/**
 * Reads an r1cs file (iden3 binary format, version 1) whole.
 *
 * @throws {@link CeremonyFileError} for a file that is truncated, over another field, or malformed.
 */
export async function readCircuit(file: string): Promise<Circuit> {
  return withSource(file, async (source) => {
    const { name, size } = source
    const fail = (reason: string): never => {
      throw new CeremonyFileError(name, reason)
    }
    const format = { magic: 'r1cs' as const, version: 1, types: Object.values(R1CS), optional: CUSTOM_GATES }
    const sections = await readSections(source, format)
    const head = await readSection(sections, R1CS.header, HEADER_BYTES)
    const prime = littleEndian(head.subarray(4, 4 + COORDINATE_BYTES))
    if (view(head).getUint32(0, true) !== COORDINATE_BYTES || prime !== FIELD_ORDER)
      throw new CeremonyFileError(name, 'it is over another field than BN254', undefined, OTHER_CURVE_ADVICE)
    const word = (index: number) => view(head).getUint32(4 + COORDINATE_BYTES + 4 * index, true)
    const [wires, publicSignals, constraints] = [word(0), word(1) + word(2), word(6)]
    if (publicSignals >= wires) fail('it has more public signals than wires')
    // What the header claims is bounded by bytes that are there before anything is allocated for it.
    sectionOf(sections, R1CS.labels, wires * LABEL_BYTES)
    if (constraints + publicSignals >= MAX_DOMAIN) fail('it has more constraints than any powers of tau serve')

    const body = await readSection(sections, R1CS.constraints)
    const { next, left } = reader(body, () => new CeremonyFileError(name, 'its constraints end too early'))
    const entries: Uint8Array[] = []
    const values = new Map<string, Uint8Array>()
    const entry = (matrix: number, constraint: number, wire: number, value: Uint8Array) => {
      const key = toHex(value)
      if (!values.has(key)) values.set(key, wordOf((littleEndian(value) * RADIX_SQUARED) % FIELD_ORDER))
      const bytes = new Uint8Array(COEFFICIENT_BYTES)
      for (const [i, number] of [matrix, constraint, wire].entries()) view(bytes).setUint32(4 * i, number, true)
      bytes.set(values.get(key)!, 12)
      entries.push(bytes)
    }
    for (let constraint = 0; constraint < constraints; constraint++)
      for (const matrix of MATRICES) {
        const terms = view(next(4)).getUint32(0, true)
        for (let i = 0; i < terms; i++) {
          const wire = view(next(4)).getUint32(0, true)
          const value = next(COORDINATE_BYTES)
          if (wire >= wires) fail(`constraint ${constraint} uses a wire that does not exist`)
          if (matrix < 2) entry(matrix, constraint, wire, value)
        }
      }
    if (left() !== 0) fail('there are bytes after its last constraint')
    for (let signal = 0; signal <= publicSignals; signal++) entry(0, constraints + signal, signal, wordOf(1n))

    const coefficients = new Uint8Array(4 + entries.length * COEFFICIENT_BYTES)
    view(coefficients).setUint32(0, entries.length, true)
    for (const [i, bytes] of entries.entries()) coefficients.set(bytes, 4 + i * COEFFICIENT_BYTES)
    const domainSize = 2 ** (32 - Math.clz32(constraints + publicSignals))
    const sha256 = createHash('sha256')
      .update(await source.read(0, size))
      .digest('hex')
    return { sha256, constraints, wires, publicSignals, domainSize, coefficients }
  })
}

function wordOf(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(2 * COORDINATE_BYTES, '0'), 'hex').reverse()
}
