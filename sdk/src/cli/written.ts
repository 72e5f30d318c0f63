import { writeFile } from 'node:fs/promises'
import { InputFileError } from './errors.js'

/** Writes a file that only its owner reads. Never overwrites: what is there may be the only copy. */
export async function writeNew(file: string, text: string, flag = 'out'): Promise<void> {
  await writeFile(file, text, { mode: 0o600, flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'EEXIST' ? 'exists already' : 'cannot be written'
    throw new InputFileError({ file, reason, advice: `Give a new file: --${flag} FILE.`, cause })
  })
}
