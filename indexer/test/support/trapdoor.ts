import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { concat, encodeAbiParameters, type Hex, keccak256 } from 'viem'
import type { TestClient } from './anvil.js'

// A Groth16 setup whose secrets are known, as in contracts/test/utils/TrapdoorGroth16.sol: the chain's own proof system takes
// its proofs, of any statement, without a circuit. All scalars are known: alpha = a·G1, beta = 2·G2, gamma = 3·G2,
// delta = 5·G2, IC_i = c_i·G1. For A = x·G1 and B = y·G2, C = ((x·y - 2·a - 3·vk) / 5)·G1 completes a proof, where
// vk = c_0 + sum signal_i · c_i.

const order = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
const [beta, gamma, delta] = [2n, 3n, 5n]
const multiplyG1 = '0x0000000000000000000000000000000000000007'

const fixture = fileURLToPath(new URL('../../../contracts/test/fixtures/g2-multiples.json', import.meta.url))
const multiples = (JSON.parse(readFileSync(fixture, 'utf8')) as { points: Hex[] }).points

const g2 = (scalar: bigint): Hex => multiples[Number(scalar) - 1] as Hex

/** The chain multiplies: it has a precompiled contract for it. */
async function g1(client: TestClient, scalar: bigint): Promise<Hex> {
  const { data } = await client.call({ to: multiplyG1, data: words([1n, 2n, scalar]) })
  if (!data) throw new Error('no point')
  return data
}

const words = (values: readonly bigint[]): Hex =>
  encodeAbiParameters(
    values.map(() => ({ type: 'uint256' })),
    [...values],
  )

function secret(name: string, index: number): bigint {
  return (
    BigInt(keccak256(encodeAbiParameters([{ type: 'string' }, { type: 'uint256' }], [name, BigInt(index)]))) % order
  )
}

function inverse(value: bigint): bigint {
  let result = 1n
  let base = value
  for (let exponent = order - 2n; exponent > 0n; exponent /= 2n) {
    if (exponent % 2n === 1n) result = (result * base) % order
    base = (base * base) % order
  }
  return result
}

export async function trapdoorKey(client: TestClient, signalCount: number): Promise<Hex> {
  const points = [await g1(client, secret('alpha', 0)), g2(beta), g2(gamma), g2(delta)]
  for (let i = 0; i <= signalCount; i += 1) points.push(await g1(client, secret('ic', i)))
  return concat(points)
}

export async function trapdoorProof(client: TestClient, signals: readonly bigint[]): Promise<Hex> {
  const [x, y] = [secret('a', 1), 7n]
  const vk = signals.reduce((sum, signal, i) => sum + signal * secret('ic', i + 1), secret('ic', 0)) % order
  const c = ((x * y - beta * secret('alpha', 0) - gamma * vk) * inverse(delta)) % order
  return concat([await g1(client, x), g2(y), await g1(client, (c + order) % order)])
}
