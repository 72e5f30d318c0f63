import { createHash } from 'node:crypto'
import { ChaCha } from 'ffjavascript'
import type { Curve } from 'snarkjs'
import { findSection } from './ceremony.js'

/** Header of a Groth16 zkey: two moduli with their length words, three counts, then alpha1, beta1, beta2, gamma2. */
const DELTA_1 = 2 * 36 + 12 + 64 + 64 + 128 + 128
const DELTA_2 = DELTA_1 + 64
const HASH_BYTES = 64

/**
 * A zkey that nobody contributed to, with `count` sound contributions in its list and the delta they lead to. Its other points
 * are left as they were, which an audit does not look at and a replay would see.
 */
export async function withContributions(curve: Curve, initial: Uint8Array, count: number): Promise<Uint8Array> {
  const { G1, G2, Fr } = curve
  const bytes = Buffer.from(initial)
  const list = findSection(bytes, 10)
  const history = createHash('blake2b512').update(bytes.subarray(list.offset, list.offset + HASH_BYTES))
  // Powers of two are quick to multiply with; what a contributor keeps secret is no secret here.
  const secret = Fr.e(2n)
  const s = G1.toAffine(G1.g)
  const sx = G1.toAffine(G1.timesFr(s, secret))
  let [delta1, delta2] = [G1.toAffine(G1.g), G2.toAffine(G2.g)]
  const entries: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    const transcript = history.copy().update(big(s)).update(big(sx)).digest()
    const sp = G2.fromRng(new ChaCha(Array.from({ length: 8 }, (_, word) => transcript.readUInt32BE(4 * word))))
    const spx = G2.toAffine(G2.timesFr(sp, secret))
    delta1 = G1.toAffine(G1.timesFr(delta1, secret))
    delta2 = G2.toAffine(G2.timesFr(delta2, secret))
    history.update(big(delta1)).update(big(s)).update(big(sx)).update(big(spx)).update(transcript)
    const name = Buffer.from(`Party ${i + 1}`)
    const parameters = Buffer.concat([Buffer.from([1, name.length]), name])
    entries.push(Buffer.concat([delta1, s, sx, spx, transcript, u32(0), u32(parameters.length), parameters]))
  }
  const body = Buffer.concat([bytes.subarray(list.offset, list.offset + HASH_BYTES), u32(count), ...entries])
  const { offset: header } = findSection(bytes, 2)
  bytes.set(delta1, header + DELTA_1)
  bytes.set(delta2, header + DELTA_2)
  const head = Buffer.from(bytes.subarray(list.offset - 12, list.offset))
  head.writeBigUInt64LE(BigInt(body.length), 4)
  return Buffer.concat([bytes.subarray(0, list.offset - 12), head, body, bytes.subarray(list.offset + list.size)])

  /** As points are hashed: big-endian, imaginary parts first, out of Montgomery form. */
  function big(point: Uint8Array): Uint8Array {
    return (point.length === 64 ? G1 : G2).toUncompressed(point)
  }
}

/** A zkey whose list is its only contribution over and over: readable, and unsound from the second on. */
export function repeatContribution(zkey: Uint8Array, count: number): Uint8Array {
  const bytes = Buffer.from(zkey)
  const { offset, size } = findSection(bytes, 10)
  const entry = bytes.subarray(offset + HASH_BYTES + 4, offset + size)
  const body = Buffer.concat([bytes.subarray(offset, offset + HASH_BYTES), u32(count), ...Array(count).fill(entry)])
  const head = Buffer.from(bytes.subarray(offset - 12, offset))
  head.writeBigUInt64LE(BigInt(body.length), 4)
  return Buffer.concat([bytes.subarray(0, offset - 12), head, body, bytes.subarray(offset + size)])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
