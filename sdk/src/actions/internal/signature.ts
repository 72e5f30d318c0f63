import { concatHex, type Hex, hexToNumber, size, sliceHex, toHex } from 'viem'

const SIGNATURE_BYTES = 65
const V_OFFSET = 27

/** Some wallets (Ledger) end a signature in 0 or 1 where contracts ask for 27 or 28; every other signature is left as it is. */
export function normalizeSignature(signature: Hex): Hex {
  if (size(signature) !== SIGNATURE_BYTES) return signature
  const recovery = hexToNumber(sliceHex(signature, SIGNATURE_BYTES - 1))
  if (recovery > 1) return signature
  return concatHex([sliceHex(signature, 0, SIGNATURE_BYTES - 1), toHex(recovery + V_OFFSET)])
}
