import { type Hex, isHex } from 'viem'

/** Whether a value is whole bytes in hexadecimal, `length` of them where it is given. */
export function isBytes(value: Hex, length?: number): boolean {
  if (!isHex(value) || value.length % 2 !== 0) return false
  return length === undefined || value.length === 2 + 2 * length
}
