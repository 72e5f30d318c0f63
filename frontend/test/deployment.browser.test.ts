import { mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DESKTOP, launchBrowser, openPage, PHONE, settled, watchFaults } from './support/browser'

/**
 * The explorer of a running deployment: a real chain, its indexer and the built app, after the main job. `VERITASK_E2E`
 * names a JSON file that says where it is served and what the job did.
 */
type Deployed = { url: string; tasks: { taskId: string; title: string; slots: { slot: number; state?: string }[] }[] }

const SCREENSHOTS = process.env.VERITASK_SCREENSHOTS ?? join(tmpdir(), 'veritask-screenshots')
const VERIFY_TIMEOUT_MS = 60_000

const deployed = JSON.parse(await readFile(process.env.VERITASK_E2E ?? '', 'utf8')) as Deployed

let browser: Browser
let page: Page
let faults: string[]

beforeAll(async () => {
  browser = await launchBrowser()
  // Without motion a picture never catches something on its way.
  page = await openPage(browser, { reducedMotion: 'reduce' })
  faults = watchFaults(page)
  await mkdir(SCREENSHOTS, { recursive: true })
})

afterAll(() => browser.close())

const open = async (path: string) => {
  await page.goto(new URL(path, deployed.url).href)
  await settled(page)
}

async function picture(name: string): Promise<void> {
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport)
    await page.screenshot({ path: join(SCREENSHOTS, `deployed-${name}-${size}.png`), fullPage: true })
  }
  await page.setViewportSize(DESKTOP)
}

test('the job left tasks to look at', () => {
  expect(deployed.tasks.length).toBeGreaterThan(0)
  expect(deployed.tasks.every(({ slots }) => slots.length > 0)).toBe(true)
})

test('the landing page and the list show the tasks of the job', async () => {
  await open('/')
  await picture('home')
  await open('/tasks')
  for (const { title } of deployed.tasks) await page.getByRole('link', { name: title }).first().waitFor()
  await picture('tasks')
})

describe.each(deployed.tasks)('$title', ({ taskId, title, slots }) => {
  test('shows its title, its slots and every event with a transaction', async () => {
    await open(`/tasks/${taskId}`)
    await expect(page.locator('h1').innerText()).resolves.toBe(title)
    // Rounds of a consensus and disputes have tables of their own.
    const taken = page.getByRole('region', { name: 'Slots', exact: true })
    await expect(taken.locator('tbody tr').count()).resolves.toBe(slots.length)
    await page.locator('[data-event="TaskCreated"]').waitFor()
    await expect(page.locator('[data-event="SlotJoined"]').count()).resolves.toBe(slots.length)
    await expect(page.locator('.timeline .where code').count()).resolves.toBeGreaterThan(slots.length)
    await picture(`task-${taskId.slice(2, 8)}`)
  })

  test('every receipt verifies in the browser, from chain data', async () => {
    let receipts = 0
    for (const { slot } of slots) {
      await open(`/tasks/${taskId}/slots/${slot}`)
      for (const panel of await page.locator('.verify').all()) {
        receipts += 1
        await panel.getByRole('button', { name: 'Verify it yourself' }).click()
        await panel.locator('.callout[data-tone="good"]').waitFor({ timeout: VERIFY_TIMEOUT_MS })
        await expect(panel.locator('.checks [data-result="failed"]').count()).resolves.toBe(0)
        await expect(panel.locator('.checks [data-check="proof"][data-result="passed"]').count()).resolves.toBe(1)
      }
      if (receipts === 1) await picture(`submission-${taskId.slice(2, 8)}`)
    }
    expect(receipts).toBeGreaterThan(0)
  })
})

test('verification asks the chain, and an indexer that lies about a proof is not believed', async () => {
  const { taskId, slots } = deployed.tasks[0] ?? { taskId: '', slots: [] }
  await page.route('**/v1/slots/**', async (route) => {
    const response = await route.fetch()
    const body = await response.json()
    for (const receipt of body.data.receipts) receipt.proof = `0x${'11'.repeat(256)}`
    await route.fulfill({ response, json: body })
  })
  let verified = 0
  for (const { slot } of slots) {
    await open(`/tasks/${taskId}/slots/${slot}`)
    const panel = page.locator('.verify').first()
    if ((await panel.count()) === 0) continue
    await panel.getByRole('button', { name: 'Verify it yourself' }).click()
    await panel.locator('.callout[data-tone="good"]').waitFor({ timeout: VERIFY_TIMEOUT_MS })
    verified += 1
    break
  }
  expect(verified).toBe(1)
  await page.unroute('**/v1/slots/**')
})

test('a chain that lies about a proof is found out', async () => {
  const { taskId, slots } = deployed.tasks[0] ?? { taskId: '', slots: [] }
  const { rpcUrl } = (await (await fetch(new URL('/config.json', deployed.url))).json()) as { rpcUrl: string }
  await page.context().route(new URL('**', rpcUrl).href, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: spoilProofs(await response.text()) })
  })
  let refused = 0
  for (const { slot } of slots) {
    await open(`/tasks/${taskId}/slots/${slot}`)
    const panel = page.locator('.verify').first()
    if ((await panel.count()) === 0) continue
    await panel.getByRole('button', { name: 'Verify it yourself' }).click()
    await panel.locator('.checks [data-check="proof"][data-result="failed"]').waitFor({ timeout: VERIFY_TIMEOUT_MS })
    await panel.getByText('Not valid.').waitFor()
    await expect(panel.locator('.callout[data-tone="good"]').count()).resolves.toBe(0)
    refused += 1
    break
  }
  expect(refused).toBe(1)
  await page.context().unroute(new URL('**', rpcUrl).href)
})

/** Bytes of a proof, as the last argument of `ReceiptIssued`: 256 bytes after their length. */
const PROOF_IN_LOG = /(0{61}100)([0-9a-f]{512})(?=")/g

/** Changes the last digit of every proof in the logs of an RPC answer. */
function spoilProofs(body: string): string {
  return body.replace(PROOF_IN_LOG, (_, length: string, proof: string) => {
    const last = proof.at(-1) === '0' ? '1' : '0'
    return `${length}${proof.slice(0, -1)}${last}`
  })
}

test('keys, datasets and models are there', async () => {
  await open('/keys')
  await page.getByText('Development').first().waitFor()
  await page.locator('td.strong a').first().click()
  await page.getByText('Manifest hash').waitFor()
  await picture('key')
  await open('/datasets')
  // The latest is what a consensus became, the first the images it is about.
  await page.locator('td.strong a').first().click()
  await page.getByText('Commitment to the labels').first().waitFor()
  await picture('dataset-consensus')
  await open('/datasets')
  await page.locator('td.strong a').last().click()
  await page.getByText('Merkle root of the records').first().waitFor()
  await picture('dataset')
  await open('/models')
})

test('the footer follows the chain', async () => {
  await open('/')
  await page
    .locator('footer')
    .getByText(/Indexed to block [1-9]/)
    .waitFor()
})

test('no page had a fault or broke the content security policy', () => {
  expect(faults).toEqual([])
})
