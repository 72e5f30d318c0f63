import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { hashFile } from './binaryFile.js'
import { makeInitialZkey, withSnarkjs, withTemporaryFile, writing } from './ceremony.js'

/** What the development keys of this release were made with; see circuits/scripts/lib/setup.ts. */
const SETUP = 'veritask development setup 1'
const ITERATIONS_EXPONENT = 10
const NAME = 'development'

/**
 * Rebuilds a development key, bit for bit: its only "contribution" is a beacon that anyone can compute from the circuit.
 *
 * @param parameters.r1cs - Path of the circuit.
 * @param parameters.ptau - Path of the development powers of tau.
 * @param parameters.output - Path of the zkey to write; must not exist.
 * @returns sha256 of the zkey, hex.
 * @throws {@link CeremonyFileError}, {@link CeremonyStepRefusedError}
 */
export async function rebuildDevelopmentKey(parameters: {
  readonly r1cs: string
  readonly ptau: string
  readonly output: string
}): Promise<string> {
  const { r1cs, ptau, output } = parameters
  return writing(output, (zkey) =>
    withTemporaryFile(async (initial) => {
      await makeInitialZkey({ r1cs, ptau, zkey: initial })
      const value = createHash('sha256')
        .update(`${SETUP}\n${await hashFile(r1cs, 'sha256')}`)
        .digest('hex')
      await withSnarkjs(basename(r1cs), ({ zKey }) => zKey.beacon(initial, zkey, NAME, value, ITERATIONS_EXPONENT))
      return hashFile(zkey, 'sha256')
    }),
  )
}
