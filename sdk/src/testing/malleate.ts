import { type Hex, hexToBigInt, numberToHex, slice } from 'viem'

/** Order of the BN254 base field. */
const Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n

/** Other bytes that verify for the same statement: (−A, −B, C). Anyone can make them from a proof they have seen. */
export function malleate(proof: Hex): Hex {
  const words = Array.from({ length: 8 }, (_, i) => hexToBigInt(slice(proof, 32 * i, 32 * (i + 1))))
  // y of A, and both parts of y of B.
  for (const index of [1, 4, 5]) words[index] = (Q - words[index]!) % Q
  return `0x${words.map((word) => numberToHex(word, { size: 32 }).slice(2)).join('')}`
}
