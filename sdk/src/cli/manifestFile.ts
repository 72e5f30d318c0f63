import { basename } from 'node:path'
import { type CircuitManifest, parseManifest } from '../core.js'
import { fileKindOf, WrongFileError } from '../node.js'
import { readText } from './context.js'

/** An artifact manifest, or an error that says what the file is instead. */
export async function readManifest(file: string): Promise<CircuitManifest> {
  const found = await fileKindOf(file)
  // JSON of no known kind is read on, so that a manifest's own fault is named.
  if (!['manifest', 'json', 'unknown'].includes(found))
    throw new WrongFileError(basename(file), found, 'an artifact manifest (JSON)')
  return parseManifest(await readText(file, 'Give circuits/artifacts/manifest.json.'))
}
