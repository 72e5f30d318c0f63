import { type Address, concatHex, type Hex, isAddress, numberToHex, pad } from 'viem'
import { VerifyingKeyMalformedError } from '../proving/groth16.js'
import { isBytes } from './bytes.js'

/** A verifier contract of another project, as the registry's keys name it. */
export type DeployedVerifier = {
  readonly verifier: Address
  /** EXTCODEHASH of the verifier: keccak256 of its code. Of a proxy or router it says nothing of the code behind it. */
  readonly codeHash: Hex
  /** Most gas that one verification may take; measure it for the verifier and leave a margin. */
  readonly callGas: bigint
}

const WORD_BYTES = 32
const MAX_WORD = (1n << 256n) - 1n

/** A 32-byte word of a key. */
export function keyWord(value: Hex, name: string): Hex {
  if (!isBytes(value, WORD_BYTES)) throw new VerifyingKeyMalformedError(`${name} does not have 32 bytes`)
  return value
}

/** An integer of a key, as one word. */
export function keyNumber(value: bigint | number, name: string): Hex {
  const integer = typeof value === 'number' && !Number.isSafeInteger(value) ? -1n : BigInt(value)
  if (integer < 0n || integer > MAX_WORD) throw new VerifyingKeyMalformedError(`${name} is not an unsigned integer`)
  return numberToHex(integer, { size: WORD_BYTES })
}

/** The three words with which every key over a deployed verifier starts. */
export function targetWords({ verifier, codeHash, callGas }: DeployedVerifier): Hex {
  if (!isAddress(verifier)) throw new VerifyingKeyMalformedError('the verifier is not an address')
  return concatHex([pad(verifier), keyWord(codeHash, 'the code hash'), keyNumber(callGas, 'the gas of a call')])
}
