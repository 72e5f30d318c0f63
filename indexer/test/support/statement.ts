import { encodeAbiParameters, encodePacked, type Hex, keccak256 } from 'viem'

/** Order of the BN254 scalar field. */
const fieldOrder = 21888242871839275222246405745257275088548364400416034343698204186575808495617n

/** Base point of BabyJubJub's subgroup: as good an encryption key as any where nobody decrypts. */
export const encryptionKey = [
  5299619240641551281634865583518297030282874472190772894086521144482721001553n,
  16950150798460657717958625567821834550301663161624707787222815936182638968203n,
] as const

export type ContextOf = {
  readonly chainId: number
  readonly module: Hex
  readonly taskId: Hex
  readonly slot: number
  readonly payout: Hex
}

const zeroKey: Hex = `0x${'00'.repeat(32)}`

export function contextOf({ chainId, module, taskId, slot, payout }: ContextOf, keyId: Hex = zeroKey): bigint {
  const encoded = encodeAbiParameters(
    [
      { type: 'uint256' },
      { type: 'address' },
      { type: 'bytes32' },
      { type: 'uint32' },
      { type: 'address' },
      { type: 'bytes32' },
    ],
    [BigInt(chainId), module, taskId, slot, payout, keyId],
  )
  return BigInt(keccak256(encoded)) >> 8n
}

/** The public signals of a statement, and what the test proof system takes for a proof of them. */
export function mockProof(keyId: Hex, digest: bigint, context: bigint, vector: readonly bigint[]) {
  const words = [digest, context, ...vector]
  const alpha =
    BigInt(
      keccak256(
        encodePacked(
          words.map(() => 'uint256' as const),
          words,
        ),
      ),
    ) >> 8n
  let evaluation = 0n
  for (const word of [...vector].reverse()) evaluation = (evaluation * alpha + word) % fieldOrder
  const signals = [digest, evaluation, context, alpha]
  return { signals, proof: mockProofOf(keyId, signals) }
}

/** What the test proof system takes for a proof of any public signals. */
export function mockProofOf(keyId: Hex, signals: readonly bigint[]): Hex {
  const hash = keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256[]' }], [keyId, signals]))
  return encodeAbiParameters([{ type: 'bytes32' }], [hash])
}
