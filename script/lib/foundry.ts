import { existsSync } from 'node:fs'
import { fromRoot } from './paths.ts'

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * Path of the native binary inside the platform package. The npm wrappers of forge, anvil and cast return 0 whatever
 * the tool returned, so nothing here ever calls them.
 */
export function foundryBinary(tool: 'forge' | 'anvil' | 'cast'): string {
  const architecture = architectures[process.arch]
  const platform = `${process.platform}-${architecture ?? process.arch}`
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const path = fromRoot('node_modules', '@foundry-rs', `${tool}-${platform}`, 'bin', `${tool}${suffix}`)
  if (architecture === undefined || !existsSync(path)) {
    throw new Error(`No native ${tool} for ${platform}. Run "npm ci" on this machine; looked for ${path}`)
  }
  return path
}
