import { existsSync } from 'node:fs'
import type { Processes } from '../lib/processes.ts'

const usualPlaces: readonly string[] = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

export const howToGetChromium =
  'install Chromium or Chrome (Debian and Ubuntu: apt-get install chromium), or name one with CHROMIUM_PATH'

/** A browser given by CHROMIUM_PATH (which must then exist), or one in the usual places. */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM_PATH
  if (given !== undefined && given !== '') {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH names ${given}, which does not exist`)
    return given
  }
  return usualPlaces.find((path) => existsSync(path))
}

/** Finds a browser, or installs Debian's when that is possible without asking anybody. */
export async function ensureChromium(
  processes: Processes,
  detail: (text: string) => void,
): Promise<string | undefined> {
  const found = findChromium()
  if (found !== undefined) return found
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  detail('no browser found: installing chromium with apt-get')
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { code } = await processes.run({ name: 'apt-get', command: 'apt-get', args, env, onLine: detail })
    if (code !== 0) return undefined
  }
  return findChromium()
}
