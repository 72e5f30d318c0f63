import { BASE8, multiply, type Point } from '../../sdk/src/encryption/babyjub.ts'
import { domain, hash, poseidonOutputs } from '../../sdk/src/poseidon.ts'
import type { Inputs } from './boundaries.ts'
import { P } from './field.ts'

/**
 * Digest and evaluation of a statement (SPEC 1), from the raw inputs of a circuit and in plain arithmetic: it takes what the SDK would refuse,
 * and shares only the hash and the curve with it.
 */
export function statementOf(name: string, inputs: Inputs): { digest: bigint; evaluation: bigint } {
  const { alpha, commitmentContext, salt, rules } = inputs as Readonly<Record<string, bigint>>
  const box = name.includes('box')
  const codes = codesOf(inputs)
  const [codeBits, perWord] = box ? [72n, 3] : [8n, 31]
  const pack = (list: readonly bigint[]): bigint[] =>
    Array.from({ length: Math.ceil(list.length / perWord) }, (_, w) =>
      list.slice(w * perWord, (w + 1) * perWord).reduceRight((word, code) => (word << codeBits) + code, 0n),
    )
  const words = pack(codes)
  const commitment = hash([domain('veritask.labels.1'), commitmentContext!, salt!, ...words])
  const head = [commitmentContext!, commitment, rules!]
  const state = (digest: readonly bigint[], vector: readonly bigint[]) => ({
    digest: hash([...digest]),
    evaluation: vector.reduceRight((sum, element) => (sum * alpha! + element) % P, 0n),
  })

  if (name.startsWith('legality')) {
    const { keys, cipher } = encrypt(inputs, words)
    return state([domain('veritask.legality.1'), commitment, rules!, ...keys], [...head, ...keys, ...cipher])
  }
  const { mask, values } = inputs as { mask: bigint[]; values: bigint[] }
  const mine = pickedCodes(mask, codes)
  const claims = (list: readonly bigint[]): bigint[] =>
    [...pack(list), ...Array<bigint>(values.length).fill(0n)].slice(0, values.length)
  if (name.startsWith('open-gold')) {
    const { keys, cipher } = encrypt(inputs, words)
    return state(
      [domain('veritask.open-gold.1'), salt!, commitment, rules!, ...keys, ...mask, ...values, ...claims(mine)],
      [...head, ...keys, ...mask, ...values, ...cipher],
    )
  }
  const goldSalt = inputs.goldSalt as bigint
  const gold = hash([domain('veritask.gold.1'), goldSalt, ...mask, ...values])
  const code = (k: number): bigint =>
    (values[Math.floor(k / perWord)]! >> (codeBits * BigInt(k % perWord))) % (1n << codeBits)
  if (name.startsWith('score')) {
    const agreements = BigInt(mine.filter((own, k) => agrees(rules!, own, code(k))).length)
    const preimage = [domain('veritask.score.1'), goldSalt, commitment, rules!, gold, agreements, ...claims(mine)]
    return state(preimage, [...head, gold, agreements])
  }
  const { challengerCommitmentContext, challengerSalt } = inputs as Readonly<Record<string, bigint>>
  const challengerCodes = inputs.challengerCodes as bigint[]
  const others = pickedCodes(mask, challengerCodes)
  const labels = [domain('veritask.labels.1'), challengerCommitmentContext!, challengerSalt!, ...pack(challengerCodes)]
  const challenger = hash(labels)
  const sideOf = (own: bigint, k: number): 'gold' | 'challenger' | 'neither' => {
    if (agrees(rules!, others[k]!, code(k))) return 'neither'
    const [withGold, withChallenger] = [agrees(rules!, own, code(k)), agrees(rules!, own, others[k]!)]
    return withGold === withChallenger ? 'neither' : withGold ? 'gold' : 'challenger'
  }
  const sides = (['gold', 'challenger'] as const).map((side) =>
    mine.reduce((bits, own, k) => bits + (sideOf(own, k) === side ? 2n ** BigInt(k) : 0n), 0n),
  )
  return state(
    [
      domain('veritask.audit.2'),
      goldSalt,
      commitment,
      rules!,
      gold,
      challenger,
      ...sides,
      ...claims(mine),
      ...claims(others),
    ],
    [...head, gold, challengerCommitmentContext!, challenger, ...sides],
  )
}

/** The labels of a circuit's inputs as codes. */
export const codesOf = (inputs: Inputs): bigint[] =>
  (inputs.boxes as bigint[][] | undefined)?.map(boxCode) ?? (inputs.codes as bigint[])

/** The codes at the marked items, in order. */
export function pickedCodes(mask: readonly bigint[], codes: readonly bigint[]): bigint[] {
  return codes.filter((_, i) => ((mask[Math.floor(i / 248)]! >> BigInt(i % 248)) & 1n) === 1n)
}

export const boxCode = ([c, x, y, w, h]: readonly bigint[]): bigint =>
  c! + (x! << 8n) + (y! << 24n) + (w! << 40n) + (h! << 56n)

function encrypt(inputs: Inputs, words: readonly bigint[]): { keys: bigint[]; cipher: bigint[] } {
  const { ephemeralScalar, salt } = inputs as Readonly<Record<string, bigint>>
  const key = inputs.encryptionKey as Point
  const times = (point: Point): Point => (ephemeralScalar === 0n ? [0n, 1n] : multiply(point, ephemeralScalar!))
  const shared = times(key)
  const plain = [...words, salt!]
  const start = domain('veritask.keystream.1')
  const stream =
    plain.length <= 4
      ? poseidonOutputs([start, ...shared, 0n], plain.length)
      : plain
          .filter((_, i) => i % 16 === 0)
          .flatMap((_, b) => poseidonOutputs([start, ...shared, BigInt(b), ...Array<bigint>(12).fill(0n)], 16))
  return { keys: [...key, ...times(BASE8)], cipher: plain.map((word, i) => (word + stream[i]!) % P) }
}

function agrees(rules: bigint, a: bigint, b: bigint): boolean {
  const kind = rules & 0xffn
  if (kind === 2n) return sameClass(a, b) && iouReaches(a, b, (rules >> 112n) & 0xffffn)
  const tolerance = (rules >> 80n) & 0xffn
  if (kind === 0n) return (a > b ? a - b : b - a) <= tolerance
  return BigInt((a ^ b).toString(2).replaceAll('0', '').length) <= tolerance
}

const part = (code: bigint, from: bigint): bigint => (code >> from) & 0xffffn
const sameClass = (a: bigint, b: bigint): boolean => (a & 0xffn) === (b & 0xffn)

function iouReaches(a: bigint, b: bigint, bps: bigint): boolean {
  const side = (from: bigint, size: bigint): bigint => {
    const ends = [a, b].map((code) => part(code, from) + part(code, size) + 1n)
    const starts = [a, b].map((code) => part(code, from))
    const end = ends[0]! < ends[1]! ? ends[0]! : ends[1]!
    const start = starts[0]! > starts[1]! ? starts[0]! : starts[1]!
    return end > start ? end - start : 0n
  }
  const area = (code: bigint): bigint => (part(code, 40n) + 1n) * (part(code, 56n) + 1n)
  const inter = side(8n, 40n) * side(24n, 56n)
  return 10_000n * inter >= bps * (area(a) + area(b) - inter)
}
