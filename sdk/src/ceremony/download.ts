import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { writing } from './ceremony.js'
import { CeremonyFileError, CeremonyStepRefusedError } from './errors.js'
import { publicPowersOfTauHash } from './powersOfTauHashes.js'

/** Bytes of all sections together per row of the 2^power, and a margin for the list of contributions. */
const BYTES_PER_ROW = 1152
const MARGIN_BYTES = 2 ** 21
/** Without a byte for this long the transfer is given up. */
const STALL_MS = 60_000

/**
 * Downloads a public powers-of-tau file and keeps it only if it has the published hash.
 *
 * @param parameters.power - 8 to 20.
 * @param parameters.url - Where to get it; nothing else is contacted, and redirects are followed.
 * @param parameters.output - Path to write; must not exist.
 * @param parameters.blake2b - The hash it must have, hex; default: the published one of that power.
 * @throws {@link CeremonyFileError} when it cannot be had, is too large or has another hash: then nothing is left.
 *
 * @example
 * import { downloadPowersOfTau } from '@veritask/sdk/node'
 *
 * const get = (url: string) => downloadPowersOfTau({ power: 15, url, output: 'powersOfTau15.ptau' })
 */
export async function downloadPowersOfTau(parameters: {
  readonly power: number
  readonly url: string
  readonly output: string
  readonly blake2b?: string
  readonly stallMs?: number
  readonly onProgress?: (fraction: number) => void
}): Promise<{ readonly bytes: number; readonly blake2b: string }> {
  const { power, url, output, stallMs = STALL_MS, onProgress = () => {} } = parameters
  const expected = parameters.blake2b ?? publicPowersOfTauHash(power)
  if (!expected) throw new CeremonyStepRefusedError(`No public file of power ${power} is pinned`, 'Powers 8 to 20 are.')
  if (!/^https?:\/\//.test(url))
    throw new CeremonyStepRefusedError('The address is no http or https URL', 'Give the published address of the file.')
  const name = basename(output)
  const limit = 2 ** power * BYTES_PER_ROW + MARGIN_BYTES
  return writing(output, async (partial) => {
    const stalled = new AbortController()
    let timer = setTimeout(() => stalled.abort(), stallMs)
    const hash = createHash('blake2b512')
    let bytes = 0
    const handle = await open(partial, 'wx')
    try {
      const response = await fetch(url, { signal: stalled.signal })
      if (!response.ok || !response.body) throw new CeremonyFileError(name, `the server answered ${response.status}`)
      for await (const chunk of response.body) {
        clearTimeout(timer)
        timer = setTimeout(() => stalled.abort(), stallMs)
        bytes += chunk.length
        if (bytes > limit) throw new CeremonyFileError(name, `it has more than the ${limit} bytes of its power`)
        hash.update(chunk)
        await handle.writeFile(chunk)
        onProgress(bytes / limit)
      }
    } catch (cause) {
      if (cause instanceof CeremonyFileError) throw cause
      throw new CeremonyFileError(name, stalled.signal.aborted ? 'the server fell silent' : 'it did not arrive', cause)
    } finally {
      clearTimeout(timer)
      await handle.close()
    }
    const blake2b = hash.digest('hex')
    if (blake2b !== expected)
      throw new CeremonyFileError(name, `its blake2b-512 is ${blake2b} and not the published ${expected}`)
    return { bytes, blake2b }
  })
}
