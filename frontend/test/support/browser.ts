import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const DESKTOP = { width: 1440, height: 900 }
export const PHONE = { width: 390, height: 844 }

export function launchBrowser(): Promise<Browser> {
  const executablePath = CANDIDATES.find((path) => path && existsSync(path))
  if (!executablePath) {
    throw new Error('No Chromium found: install Debian\'s "chromium", or name one in CHROMIUM_PATH.')
  }
  return chromium.launch({ executablePath, args: FLAGS })
}

/** Everything that must not happen on a page: script errors, and anything the content security policy stopped. */
export function watchFaults(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text())) faults.push(`policy: ${message.text()}`)
  })
  return faults
}

/** Waits until nothing on the page is loading. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1, .notice').first().waitFor()
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
}

/** Opens pages at a fixed moment, so that "2 hours left" is the same on every run. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions & { now?: number } = {},
): Promise<Page> {
  const { now, ...contextOptions } = options
  const context = await browser.newContext({ viewport: DESKTOP, ...contextOptions })
  const page = await context.newPage()
  if (now !== undefined) await page.clock.setFixedTime(now * 1000)
  return page
}
