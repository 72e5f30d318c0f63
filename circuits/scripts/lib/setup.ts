import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zKey } from 'snarkjs'
import { PTAU } from './paths.ts'

/** blake2b-512 of the development powers-of-tau file. */
const PTAU_BLAKE2B =
  'c696c9f05f6cdf0fe1cdf8c88fc7cd67511205d0a480d6722c2627beb3945de72334ad26ca9fe0ca43058e1f5371b168b785ac08dfdbcc3e3e024368f06f0a04'

/** Names the development phase 2; part of every beacon. `veritask keys verify` rebuilds keys by it: sdk/src/ceremony/development.ts. */
export const DEVELOPMENT_SETUP = 'veritask development setup 1'
const BEACON_ITERATIONS_EXPONENT = 10

export async function hashFile(path: string, algorithm = 'sha256'): Promise<string> {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

export async function checkPowersOfTau(): Promise<void> {
  const actual = await hashFile(PTAU, 'blake2b512')
  if (actual !== PTAU_BLAKE2B)
    throw new Error(
      `The development powers-of-tau file is not the pinned one (blake2b-512 ${actual}). Run npm ci again.`,
    )
}

/**
 * The whole "randomness" of a circuit's development phase 2: a published beacon. Anyone can rebuild the key bit for bit, and by the
 * same token anyone can forge under it; such keys are marked `development` and refused on public chains. The circuit is part of the beacon
 * because two circuits must not share a delta: their private columns could be mixed in one proof.
 */
const developmentBeacon = (r1csHash: string): string =>
  createHash('sha256').update(`${DEVELOPMENT_SETUP}\n${r1csHash}`).digest('hex')

/** Derives `<name>.zkey` and `<name>.vkey.json` in a folder from an r1cs file, deterministically. */
export async function setup(r1cs: string, name: string, directory: string): Promise<void> {
  const initial = join(directory, `${name}.0.zkey`)
  const final = join(directory, `${name}.zkey`)
  const circuitHash = await zKey.newZKey(r1cs, PTAU, initial)
  if (circuitHash === -1) throw new Error(`${name} is too large for the development powers of tau (2^15 constraints)`)
  const beacon = developmentBeacon(await hashFile(r1cs))
  await zKey.beacon(initial, final, 'development', beacon, BEACON_ITERATIONS_EXPONENT)
  await rm(initial)
  const verifyingKey = await zKey.exportVerificationKey(final)
  await writeFile(join(directory, `${name}.vkey.json`), `${JSON.stringify(verifyingKey, null, 1)}\n`)
}
