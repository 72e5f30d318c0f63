import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withCurve } from '../ceremony/curve.js'
import { FIELD_ORDER } from '../field.js'

/** Files of a ceremony small enough to take a second: a circuit of a few constraints over powers of tau of power 4. */
export type SmallCeremony = {
  readonly folder: string
  /** x · y = product, product · y = output; public: output, x. */
  readonly r1cs: string
  /** The same shape with one coefficient changed. */
  readonly otherR1cs: string
  /** A witness calculator that knows the circuit's size and its field, and computes nothing. */
  readonly wasm: string
  readonly ptau: string
  readonly path: (name: string) => string
  readonly remove: () => Promise<void>
}

const POWER = 4
/** Wires: 0 the constant, 1 output, 2 x (public), 3 y, 4 product. */
const WIRES = 5

export async function smallCeremony(): Promise<SmallCeremony> {
  const folder = await mkdtemp(join(tmpdir(), 'veritask-ceremony-test-'))
  const path = (name: string) => join(folder, name)
  const [r1cs, otherR1cs, ptau] = [path('small.r1cs'), path('other.r1cs'), path('small.ptau')]
  const wasm = path('small.wasm')
  await writeFile(r1cs, r1csBytes(1n))
  await writeFile(otherR1cs, r1csBytes(2n))
  await writeFile(wasm, wasmBytes({}))
  await makePowersOfTau(POWER, ptau, path)
  return { folder, r1cs, otherR1cs, wasm, ptau, path, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Keeps snarkjs's threads from one step to the next, because starting them takes longer than most steps; ends with the call. */
export function keepCurve(): Promise<() => void> {
  return new Promise((started, failed) => {
    const held = () => new Promise<void>((release) => started(release))
    withCurve(held).catch(failed)
  })
}

/** Powers of tau with two contributions and a beacon, prepared for phase 2. */
async function makePowersOfTau(power: number, output: string, path: (name: string) => string): Promise<void> {
  const step = (number: number) => path(`step${number}.ptau`)
  await withCurve(async (curve) => {
    const { powersOfTau } = await import('snarkjs')
    await powersOfTau.newAccumulator(curve, power, step(0))
    await powersOfTau.contribute(step(0), step(1), 'first', 'one')
    await powersOfTau.contribute(step(1), step(2), 'second', 'two')
    await powersOfTau.beacon(step(2), step(3), 'final', '0102030405', 10)
    await powersOfTau.preparePhase2(step(3), output)
  })
  await Promise.all([0, 1, 2, 3].map((number) => rm(step(number))))
}

type Terms = readonly (readonly [wire: number, coefficient: bigint])[]

/** An r1cs file of `scale·x·y = product`, `product·y = output`, and rows that only fill it up. */
function r1csBytes(scale: bigint): Uint8Array {
  const constraints: readonly (readonly [Terms, Terms, Terms])[] = [
    [[[2, scale]], [[3, 1n]], [[4, 1n]]],
    [[[4, 1n]], [[3, 1n]], [[1, 1n]]],
    [[[0, 1n]], [[3, 1n]], [[3, 1n]]],
  ]
  const body = constraints
    .flat()
    .flatMap((terms) => [u32(terms.length), ...terms.flatMap(([wire, coefficient]) => [u32(wire), field(coefficient)])])
  const header = [u32(32), field(FIELD_ORDER), ...[WIRES, 1, 1, 1].map(u32), u64(WIRES), u32(constraints.length)]
  const labels = Array.from({ length: WIRES }, (_, label) => u64(label))
  const section = (type: number, parts: readonly Uint8Array[]) => {
    const bytes = Buffer.concat(parts)
    return Buffer.concat([u32(type), u64(bytes.length), bytes])
  }
  return Buffer.concat([Buffer.from('r1cs'), u32(1), u32(3), section(1, header), section(2, body), section(3, labels)])
}

/** A WebAssembly module that exports what circom's witness calculators say of themselves. */
export function wasmBytes({ wires = WIRES, prime = FIELD_ORDER, exportName = 'getWitnessSize' }): Uint8Array {
  const sized = (bytes: readonly number[]) => [bytes.length, ...bytes]
  const text = (value: string) => sized([...Buffer.from(value)])
  const section = (type: number, bytes: readonly number[]) => [type, ...sized(bytes)]
  const [I32, NONE] = [0x7f, 0]
  const types = [3, 0x60, NONE, 1, I32, 0x60, NONE, NONE, 0x60, 1, I32, 1, I32]
  const names = ['getFieldNumLen32', 'getRawPrime', 'readSharedRWMemory', exportName]
  const constant = (value: number) => [0, 0x41, value, 0x0b]
  // load(4 · word)
  const load = [0, 0x20, 0, 0x41, 2, 0x74, 0x28, 2, 0, 0x0b]
  const bodies = [constant(8), [0, 0x0b], load, constant(wires)]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(3, [4, 0, 1, 2, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [names.length, ...names.flatMap((name, i) => [...text(name), 0, i])]),
    ...section(10, [bodies.length, ...bodies.flatMap(sized)]),
    ...section(11, [1, 0, 0x41, 0, 0x0b, ...sized([...field(prime)])]),
  ])
}

/** A wtns file for x and y of the small circuit. */
export function smallWitness(x: bigint, y: bigint): Uint8Array {
  const values = [1n, x * y * y, x, y, x * y].map((value) => field(value % FIELD_ORDER))
  const section = (type: number, bytes: Uint8Array) => Buffer.concat([u32(type), u64(bytes.length), bytes])
  return Buffer.concat([
    Buffer.from('wtns'),
    u32(2),
    u32(2),
    section(1, Buffer.concat([u32(32), field(FIELD_ORDER), u32(values.length)])),
    section(2, Buffer.concat(values)),
  ])
}

/** Place of a section's bytes in a zkey, ptau or r1cs file. */
export function findSection(file: Uint8Array, type: number): { readonly offset: number; readonly size: number } {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  for (let at = 12; at < bytes.length; ) {
    const size = Number(bytes.readBigUInt64LE(at + 4))
    if (bytes.readUInt32LE(at) === type) return { offset: at + 12, size }
    at += 12 + size
  }
  throw new Error(`no section ${type}`)
}

/** A changed copy of a file. */
export async function changedCopy(from: string, to: string, change: (bytes: Buffer) => Uint8Array): Promise<string> {
  await writeFile(to, change(await readFile(from)))
  return to
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function field(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}
