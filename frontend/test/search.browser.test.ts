import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { DESKTOP, launchBrowser, openPage, PHONE, settled, watchFaults } from './support/browser'
import { found, hex, ids, page as listOf, PLAIN_TEXTS, RECORDED_NOW, searchPath } from './support/fixtures'
import { type FixtureServer, startFixtureServer } from './support/server'

const SCREENSHOTS = process.env.VERITASK_SCREENSHOTS ?? join(tmpdir(), 'veritask-screenshots')
const CID = 'bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y'

let browser: Browser
let server: FixtureServer
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  await mkdir(SCREENSHOTS, { recursive: true })
})

afterAll(() => browser.close())

beforeEach(async () => {
  server = await startFixtureServer(inject('dist'))
  page = await openPage(browser, { now: RECORDED_NOW })
})

afterEach(async () => {
  await page.context().close()
  await server.close()
})

const open = async (path: string) => {
  await page.goto(server.url + path)
  await settled(page)
}
const box = () => page.getByRole('searchbox', { name: /^Search for an id/ })
const searchFor = async (text: string) => {
  await box().fill(text)
  await box().press('Enter')
}
const task = { kind: 'task', id: ids.openTask, matched: 'id', title: PLAIN_TEXTS.openTitle, state: 'open-gold' }

describe('Enter', () => {
  test('goes straight to the only hit, which Back leaves', async () => {
    server.answers.set(searchPath(ids.openTask), found([task], { readAs: ['hash'] }))
    await open('/keys')
    await searchFor(`  ${ids.openTask} `)
    await page.waitForURL(`**/tasks/${ids.openTask}`)
    await page.getByRole('heading', { level: 1, name: PLAIN_TEXTS.openTitle }).waitFor()
    await expect(box().inputValue()).resolves.toBe('')
    await page.goBack()
    await page.waitForURL('**/keys')
  })

  test('lists several hits, each with what it is and a link to its page', async () => {
    await open('/')
    await searchFor('digits')
    await page.waitForURL('**/search?q=digits')
    await settled(page)
    await expect(box().inputValue()).resolves.toBe('digits')
    await expect(page.title()).resolves.toBe('Search for digits · Veritask')
    await expect(page.getByRole('status').innerText()).resolves.toBe('The first 12 hits')
    const hits = page.locator('.hits > li')
    await expect(hits.allInnerTexts()).resolves.toEqual([
      expect.stringMatching(/^Task\s+Handwritten digits, batch 1\s+Open gold/),
      expect.stringMatching(/^Task\s+Handwritten digits, hidden gold\s+Hidden gold, its items are this content/),
      expect.stringMatching(/^Dataset\s+MNIST, 64 test images/),
      expect.stringMatching(/^Dataset version\s+MNIST, 64 test images, version 1\s+Its manifest has this hash/),
      expect.stringMatching(/^Model\s+Digit reader, 784-32-10/),
      expect.stringMatching(/^Verifier key\s+open-gold-scalar-64\s+Active/),
      expect.stringMatching(/^Proof\s+Handwritten digits, batch 1, slot 0/),
      expect.stringMatching(/^Account\s+0x\w{4}…\w{4}\s+Worker, payout, voter/),
      expect.stringMatching(/^Proposal\s+Halve the protocol fee/),
      expect.stringMatching(/^Operation\s+0x\w{4}…\w{4}\s+Scheduled/),
      expect.stringMatching(/^Transaction\s+0x\w{4}…\w{4}\s+4 events, 21 Nov 2025, 02:16:40 UTC/),
      expect.stringMatching(/^Contract\s+Task registry/),
    ])
    await expect(
      hits.locator('.name a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
    ).resolves.toEqual([
      `/tasks/${ids.openTask}`,
      `/tasks/${ids.hiddenTask}`,
      `/datasets/${ids.dataset}`,
      `/datasets/${ids.dataset}`,
      `/models/${ids.model}`,
      `/keys/${ids.agreementKey}`,
      `/tasks/${ids.openTask}/slots/0`,
      `/accounts/${ids.worker}`,
      `/governance/proposals/${ids.proposal}`,
      `/governance/proposals/${ids.proposal}`,
      `/transactions/${ids.transaction}`,
    ])
    await page.getByRole('link', { name: 'all tasks with this in their title' }).click()
    await page.waitForURL('**/tasks?q=digits')
  })

  test('with nothing typed stays where it is', async () => {
    await open('/keys')
    const asked = server.requests.length
    await searchFor('   ')
    await expect(page.evaluate(() => window.location.pathname)).resolves.toBe('/keys')
    expect(server.requests.slice(asked).filter((request) => request.includes('search'))).toEqual([])
  })

  test('goes by what was sent last, whenever the answers come', async () => {
    server.answers.set(searchPath('first'), found([task]))
    server.answers.set(searchPath('second'), found([{ ...task, kind: 'key', id: ids.agreementKey, title: null }]))
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    server.intercept = async (_path, url) => {
      if (url.searchParams.get('q') === 'first') await held
      return undefined
    }
    await open('/')
    await searchFor('first')
    await page.locator('.site-search [aria-busy="true"]').waitFor()
    await searchFor('second')
    await page.waitForURL(`**/keys/${ids.agreementKey}`)
    release()
    await page.waitForTimeout(200)
    await expect(page.evaluate(() => window.location.pathname)).resolves.toBe(`/keys/${ids.agreementKey}`)
  })
})

test('a transaction leads to what it did, and to what', async () => {
  const hit = {
    kind: 'transaction',
    id: ids.transaction,
    matched: 'id',
    title: null,
    events: 4,
    timestamp: '1763691400',
  }
  server.answers.set(searchPath(ids.transaction), found([hit], { readAs: ['hash'] }))
  await open('/')
  await searchFor(ids.transaction)
  await page.waitForURL(`**/transactions/${ids.transaction}`)
  await settled(page)
  await expect(page.locator('.timeline h3').allInnerTexts()).resolves.toEqual([
    'Slot 0 delivered',
    'Proof of slot 0 verified on-chain',
    'Slot 0 paid',
    'Paid out',
  ])
  const subjects = page.locator('.timeline .subject')
  await expect(subjects.first().innerText()).resolves.toBe(`Slot 0 of ${PLAIN_TEXTS.openTitle}`)
  await expect(subjects.first().locator('a').getAttribute('href')).resolves.toBe(`/tasks/${ids.openTask}/slots/0`)
  await expect(subjects.last().locator('a').getAttribute('href')).resolves.toBe(`/accounts/${ids.worker}`)
  await expect(page.locator('.hits .name').allInnerTexts()).resolves.toEqual([
    PLAIN_TEXTS.openTitle,
    'open-gold-scalar-64',
  ])
})

test('the hash of a transaction is a link to what it did, wherever it is shown', async () => {
  await open(`/tasks/${ids.openTask}`)
  await page.locator(`.where a[href="/transactions/${ids.transaction}"]`).click()
  await page.getByRole('heading', { level: 1, name: 'Transaction' }).waitFor()
})

test('a transaction that did nothing here is said to be unknown', async () => {
  await open(`/transactions/${hex('unknown')}`)
  await page.getByText('The indexer does not know this transaction').waitFor()
})

test('a content identifier leads to what has this content', async () => {
  const version = {
    kind: 'datasetVersion',
    id: hex('dataset version'),
    matched: 'manifest',
    title: PLAIN_TEXTS.datasetName,
    datasetId: ids.dataset,
    number: 1,
  }
  server.answers.set(searchPath(`ipfs://${CID}`), found([version], { readAs: ['cid'] }))
  await open('/')
  await searchFor(`ipfs://${CID}`)
  await page.waitForURL(`**/datasets/${ids.dataset}`)
})

describe('nothing', () => {
  test('says what it was looked up as, and what can be searched for', async () => {
    server.answers.set(searchPath(hex('unknown', 20)), found([], { readAs: ['address'] }))
    await open('/')
    await searchFor(hex('unknown', 20))
    await page.getByRole('heading', { name: 'Nothing was found' }).waitFor()
    await page.getByText('It was looked up as an address. It may be mistyped').waitFor()
    await expect(page.getByRole('list', { name: 'What can be searched for' }).locator('li').count()).resolves.toBe(5)
  })

  test('says why what was pasted means nothing', async () => {
    await open('/search?q=bafybeinothing')
    await page.getByText('This looks like a content identifier, but it is cut off or mistyped.').waitFor()
  })

  test.each([
    ['a whole page', 'x'.repeat(200_000)],
    ['many lines', `${'line\n'.repeat(5_000)}`],
  ])('is asked for when %s is pasted, which is said to be too long', async (_, text) => {
    await open('/keys')
    await box().evaluate((input, value) => {
      ;(input as HTMLInputElement).value = value
    }, text)
    await box().press('Enter')
    await page.getByText('That is too long to search for').waitFor()
    expect(server.requests.filter((request) => request.startsWith('/v1/search'))).toEqual([])
  })

  test('is shown of a text as markup', async () => {
    const faults = watchFaults(page)
    await open('/')
    await searchFor('<img src=x onerror=alert(1)>')
    await page.getByRole('heading', { name: 'Search for <img src=x onerror=alert(1)>' }).waitFor()
    await expect(page.locator('main img').count()).resolves.toBe(0)
    expect(faults).toEqual([])
  })
})

test('a search that fails says so, and can be tried again', async () => {
  server.intercept = (path) =>
    path === '/v1/search' ? { status: 500, body: { error: { message: 'a fault of ours' } } } : undefined
  await open('/keys')
  await searchFor('digits')
  await page.waitForURL('**/search?q=digits')
  await page.getByRole('alert').getByText('a fault of ours').waitFor()
  server.intercept = undefined
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.locator('.hits').waitFor()
})

describe('by keyboard', () => {
  test('/ leads to the search from anywhere but a field', async () => {
    await open('/tasks')
    await page.keyboard.press('/')
    await expect(box().evaluate((input) => input === document.activeElement)).resolves.toBe(true)
    await expect(box().inputValue()).resolves.toBe('')
    await page.keyboard.type('a/b')
    await expect(box().inputValue()).resolves.toBe('a/b')
    await page.getByLabel('Title').focus()
    await page.keyboard.press('/')
    await expect(page.getByLabel('Title').inputValue()).resolves.toBe('/')
  })

  test('the heading of what was found takes the focus, of the next search too', async () => {
    await open('/')
    await page.keyboard.press('/')
    await page.keyboard.type('digits')
    await page.keyboard.press('Enter')
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await expect.poll(focused).toBe('Search for digits')
    await page.keyboard.press('/')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('nothing at all')
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe('Search for nothing at all')
  })
})

test('the search is a landmark with a label', async () => {
  await open('/')
  await expect(page.getByRole('search').count()).resolves.toBe(1)
  await expect(page.getByRole('search').getByRole('searchbox').getAttribute('aria-keyshortcuts')).resolves.toBe('/')
})

/** Where the sections leave no room beside them, and where they just do. */
const TABLET = { width: 768, height: 1024 }
const SMALL_DESKTOP = { width: 980, height: 700 }

describe.each([
  ['desktop', DESKTOP],
  ['small desktop', SMALL_DESKTOP],
  ['tablet', TABLET],
  ['phone', PHONE],
])('on a %s', (name, viewport) => {
  test('the search box is wide enough to be read, and covers nothing', async () => {
    await page.setViewportSize(viewport)
    await open('/search')
    await page.getByText('What can be searched for').first().waitFor()
    const size = await box().boundingBox()
    expect(size?.width).toBeGreaterThan(name === 'small desktop' ? 180 : 220)
    expect(size?.height).toBeGreaterThanOrEqual(34)
    const overlaps = await page.evaluate(() => {
      const input = document.querySelector('.site-search input')?.getBoundingClientRect()
      const others = document.querySelectorAll('.wordmark, .site-nav a, .chain-name')
      return Array.from(others).filter((other) => {
        const rect = other.getBoundingClientRect()
        return (
          input &&
          rect.left < input.right &&
          rect.right > input.left &&
          rect.top < input.bottom &&
          rect.bottom > input.top
        )
      }).length
    })
    expect(overlaps).toBe(0)
    await page.screenshot({ path: join(SCREENSHOTS, `search-start-${name}.png`) })
  })

  test('a search from a phone or a desk shows its hits without sideways scrolling', async () => {
    await page.setViewportSize(viewport)
    await open('/')
    await searchFor('digits')
    await page.locator('.hits').waitFor()
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(sideways).toBeLessThanOrEqual(0)
  })
})

describe('the tasks of a dataset', () => {
  test('are listed with what each did with it, and counted', async () => {
    await open(`/datasets/${ids.dataset}`)
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'Tasks', exact: true }) })
    await expect(card.locator('.card-header p').innerText()).resolves.toBe('3 tasks')
    await expect(card.locator('tbody tr').count()).resolves.toBe(3)
    await expect(card.locator('td[data-label="Use"]').allInnerTexts()).resolves.toEqual(
      Array(3).fill('Labels version 1'),
    )
    await page.getByText('3 tasks label it').waitFor()
    await card.getByRole('link', { name: PLAIN_TEXTS.openTitle }).click()
    await page.waitForURL(`**/tasks/${ids.openTask}`)
  })

  test('name the one whose consensus it is', async () => {
    await open(`/datasets/${ids.consensusDataset}`)
    await expect(page.locator('td[data-label="Use"]').innerText()).resolves.toBe('Its consensus is version 1')
    await page.getByText('None labels it').waitFor()
  })

  test('go on, and none is said to be none', async () => {
    const query = `/v1/tasks?limit=25&dataset=${ids.dataset}&total=true`
    const first = server.answers.get(query) as { data: unknown[] }
    server.answers.set(query, listOf(first.data, 'second'))
    server.answers.set(`${query}&cursor=second`, listOf([]))
    await open(`/datasets/${ids.dataset}`)
    await page.getByRole('link', { name: 'Older' }).click()
    await page.waitForURL('**?cursor=second')
    await page.getByText('No task uses it yet').waitFor()
  })
})
