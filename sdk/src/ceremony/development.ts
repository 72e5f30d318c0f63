import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { hashFile } from './binaryFile.js'
import { makeInitialZkey, withTemporaryFile } from './ceremony.js'
import { withSnarkjs } from './curve.js'

/** What the development keys of this release were made with; see circuits/scripts/lib/setup.ts. */
const SETUP = 'veritask development setup 1'
const ITERATIONS_EXPONENT = 10
const NAME = 'development'

/**
 * Rebuilds a development key, bit for bit: its only "contribution" is a beacon that anyone can compute from the circuit.
 *
 * @param r1cs - Path of the circuit.
 * @param ptau - Path of the development powers of tau.
 * @returns sha256 of the zkey, hex.
 * @throws {@link CeremonyFileError}
 */
export function rebuiltDevelopmentHash(r1cs: string, ptau: string): Promise<string> {
  return withTemporaryFile(async (initial) => {
    await makeInitialZkey({ r1cs, ptau, zkey: initial })
    const value = createHash('sha256')
      .update(`${SETUP}\n${await hashFile(r1cs, 'sha256')}`)
      .digest('hex')
    const zkey = `${initial}.final`
    await withSnarkjs(basename(r1cs), ({ zKey }) => zKey.beacon(initial, zkey, NAME, value, ITERATIONS_EXPONENT))
    return hashFile(zkey, 'sha256')
  })
}
