import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { withCurve } from './curve.js'
import { CeremonyFileError } from './errors.js'

/** The verifying key of a zkey as a file, byte for byte as the circuits' build writes it, and its sha256 in hex. */
export async function vkeyFile(zkey: string): Promise<{ readonly text: string; readonly sha256: string }> {
  const key = await withCurve(async () => {
    const { zKey } = await import('snarkjs')
    return zKey.exportVerificationKey(zkey)
  }).catch((cause: unknown) => {
    throw new CeremonyFileError(basename(zkey), 'it holds no verifying key', cause)
  })
  const text = `${JSON.stringify(key, null, 1)}\n`
  return { text, sha256: createHash('sha256').update(text).digest('hex') }
}
