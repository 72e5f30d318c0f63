import type { Contribution } from './audit.js'
import { toHex } from './binaryFile.js'
import { CeremonyFileError } from './errors.js'

const PARAMETER = { name: 1, iterations: 2, beacon: 3 } as const

/**
 * Name, iterations and beacon of a contribution, in zkey and ptau files alike: tag, length (but for iterations, one byte),
 * value; tags rising.
 */
export function readParameters(name: string, bytes: Uint8Array): { name: string; beacon: Contribution['beacon'] } {
  const values = new Map<number, Uint8Array>()
  let last = 0
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at++]!
    const length = tag === PARAMETER.iterations ? 1 : bytes[at++]
    if (tag <= last || tag > PARAMETER.beacon || length === undefined || at + length > bytes.length)
      throw new CeremonyFileError(name, 'the parameters of a contribution are malformed')
    values.set(tag, bytes.subarray(at, at + length))
    at += length
    last = tag
  }
  const [iterations, value] = [values.get(PARAMETER.iterations), values.get(PARAMETER.beacon)]
  return {
    name: new TextDecoder().decode(values.get(PARAMETER.name) ?? new Uint8Array()),
    beacon: iterations && value && { value: toHex(value), iterationsExponent: iterations[0]! },
  }
}
