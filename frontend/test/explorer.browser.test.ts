import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { DESKTOP, launchBrowser, openPage, PHONE, settled, watchFaults } from './support/browser'
import { hex, ids, page as listOf, PLAIN_TEXTS, paths, RECORDED_NOW, recordedAnswers } from './support/fixtures'
import { type FixtureServer, startFixtureServer } from './support/server'

/** Where the pictures of every page go. */
const SCREENSHOTS = process.env.VERITASK_SCREENSHOTS ?? join(tmpdir(), 'veritask-screenshots')

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

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
])('on a %s', (name, viewport) => {
  test.each(Object.entries(paths))(
    '%s shows its data, without faults and without sideways scrolling',
    async (key, path) => {
      await page.setViewportSize(viewport)
      const faults = watchFaults(page)
      await open(path)
      await expect(page.locator('h1').count()).resolves.toBe(1)
      await expect(page.locator('[role="alert"]:not(.callout)').count()).resolves.toBe(0)
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(sideways).toBeLessThanOrEqual(0)
      expect(faults).toEqual([])
      await page.screenshot({ path: join(SCREENSHOTS, `${key}-${name}.png`), fullPage: true })
    },
  )
})

test('the landing page says what a proof means and what it does not', async () => {
  await open('/')
  await page.getByText('What a proof shows').waitFor()
  await page.getByText('What it does not show').waitFor()
  await page.getByText('That a label is true.').waitFor()
})

test('a task shows its facts, rules in words, deadlines, slots and every event with its transaction', async () => {
  await open(`/tasks/${ids.openTask}`)
  await page.getByText('64 items to label. Each label is a whole number from 0 to 9.').waitFor()
  await page.getByText('A worker must agree with at least 12 of the 16 (75%) to be paid.').waitFor()
  await expect(page.locator('.phase[aria-current="step"]').innerText()).resolves.toContain('40 minutes left')
  await expect(page.locator('.table tbody tr').count()).resolves.toBe(5)
  await expect(page.locator('.timeline [data-event]').count()).resolves.toBe(25)
  const delivery = hex(`${ids.openTask}/0/deliver`)
  const entry = page.locator('.timeline > li', { has: page.locator(`.where code[title="${delivery}"]`) })
  await expect(entry.locator('h3').allInnerTexts()).resolves.toEqual([
    'Slot 0 delivered',
    'Proof of slot 0 verified on-chain',
    'Slot 0 paid',
    'Paid out',
  ])
  await expect(entry.locator('.where').innerText()).resolves.toMatch(/21 Nov 2025, 02:16:40 UTC[\s\S]*Block 1,218/)
})

test('a consensus task shows its gate, grades, rounds, agreement per slot and the dataset it became', async () => {
  await open(`/tasks/${ids.consensusTask}`)
  await page.getByText('Proven: 52 of 60 votes agree (86.66%)').waitFor()
  await page.getByText('from 60%: 50% of the reward').waitFor()
  await page.getByText('A worker must agree with the majority on at least 60% of its items to be paid.').waitFor()
  await page.getByText('1 of 2 items').waitFor()
  const slots = page.locator('section', { has: page.getByRole('heading', { name: 'Slots', exact: true }) })
  await expect(slots.locator('tbody tr').allInnerTexts()).resolves.toEqual([
    expect.stringMatching(/Paid by proof[\s\S]*18 of 20 items agree, 0\.01 ETH paid/),
    expect.stringMatching(/Paid by proof[\s\S]*14 of 20 items agree, 0\.01 ETH paid \(a part\)/),
    expect.stringMatching(/Rejected by proof[\s\S]*10 of 20 items agree, reward returned/),
  ])
  await page.getByRole('link', { name: PLAIN_TEXTS.publicationName }).click()
  await page.getByText('Its labels are the proven consensus of').waitFor()
  await expect(page.locator('.callout a').getAttribute('href')).resolves.toBe(`/tasks/${ids.consensusTask}`)
})

test('a task with a dispute and one with an audit say how they stand', async () => {
  await open(`/tasks/${ids.optimisticTask}`)
  await page.getByText('1 open dispute').waitFor()
  await page.getByText('a stake of 0.02 ETH or more').waitFor()
  await page.getByText('4 public signals, 1 fixed by the requester').waitFor()
  await open(`/tasks/${ids.hiddenTask}`)
  await page.getByText('everyone who would have passed').waitFor()
  await page.getByText('all 2 accepted: slots 0, 1').waitFor()
  await page.getByText('Paid by an audit').waitFor()
  await page.getByText('Burned: the gold was rigged').waitFor()
})

test('slots of direct and optimistic tasks speak of their statement, never of labels', async () => {
  await open(`/tasks/${ids.directTask}/slots/0`)
  await page.getByText('What it has to prove').waitFor()
  await page.getByText('it pays the slot in the block in which the chain verifies it').waitFor()
  await page.getByText('4 public signals').click()
  await expect(page.locator('details[open] .values li').allInnerTexts()).resolves.toEqual([
    expect.stringMatching(/^signal 0\s+77\s+fixed by the requester$/),
    expect.stringMatching(
      /^signal 1\s+comes with the proof\s+binds chain, contract, task, slot, payout address and key$/,
    ),
    expect.stringMatching(/^signal 2\s+comes with the proof\s+the worker's own$/),
    expect.stringMatching(/^signal 3\s+comes with the proof\s+the worker's own$/),
  ])
  await open(`/tasks/${ids.optimisticTask}/slots/1`)
  await page.getByText('The claim is disputed: its worker must prove it in time, or loses its bond.').waitFor()
  for (const path of [`/tasks/${ids.directTask}/slots/0`, `/tasks/${ids.optimisticTask}/slots/1`]) {
    await open(path)
    await expect(page.locator('main').innerText()).resolves.not.toMatch(/label|gold/i)
  }
})

test('what an aggregator proved has a page of its own, wherever it is linked from', async () => {
  await open(`/tasks/${ids.consensusTask}`)
  await page.getByText('named by the requester').waitFor()
  await page.getByText('1 item had no vote').waitFor()
  await page.getByRole('heading', { name: 'Proof about the whole task verified on-chain' }).waitFor()
  await page.getByRole('link', { name: "Check the aggregator's proofs" }).click()
  await page.waitForURL(`**/tasks/${ids.consensusTask}/proofs`)
  await page.getByRole('heading', { name: 'The majority, and who agrees with it' }).waitFor()
  await page.getByRole('button', { name: 'Verify it yourself' }).waitFor()
  // As the contracts number it.
  await open(`/tasks/${ids.consensusTask}/slots/4294967295`)
  await page.getByRole('heading', { name: 'Proofs about the whole task' }).waitFor()
  server.answers.set(`/v1/tasks/${ids.consensusTask}/receipts`, listOf([]))
  await page.reload()
  await page.getByText('Nothing has been proven about the whole task').waitFor()
})

test('a changed address is shown whole, and can be copied', async () => {
  const [before, after] = [hex('old treasury', 20), hex('new treasury', 20)]
  const changes = [{ name: 'treasury', previous: before, current: after }]
  const change = { id: '9', kind: 'parameters', subject: null, changes, timestamp: '1', transactionHash: hex('set') }
  server.answers.set('/v1/parameters/changes', listOf([change]))
  await page.setViewportSize(PHONE)
  await open('/governance/parameters')
  await expect(page.locator('.change code').allInnerTexts()).resolves.toEqual([before, after])
  await page.getByRole('button', { name: 'Copy the Treasury after' }).waitFor()
})

test('a proposal shows its votes against the quorum, its way, its calls in words and its reasons', async () => {
  await open(`/governance/proposals/${ids.proposal}`)
  await expect(page.locator('.vote-bar li').allInnerTexts()).resolves.toEqual([
    'For 520,000 73.24%',
    'Abstain 60,000 8.45%',
    'Against 130,000 18.31%',
    'Quorum 400,000 reached',
  ])
  await expect(page.locator('.timeline').first().locator('h3').allInnerTexts()).resolves.toEqual([
    'Proposed',
    'Voting starts',
    'Quorum came late: voting goes on',
    'Voting ended: passed',
    'Queued in the timelock',
    'Can be executed',
  ])
  await expect(page.locator('.calls h3').allInnerTexts()).resolves.toEqual([
    'Protocol parameters: setTokenPolicy',
    'Protocol parameters: setParameters',
    'Verifier key registry: freeze',
    'A contract this page does not know',
  ])
  // Only what changes, from what to what, in its unit; the other values are there for who asks.
  await expect(page.locator('.change').allInnerTexts()).resolves.toEqual([
    'Smallest reward a slot in the native coin (minReward): 0.0000000000000005 ETH 0.000000000000001 ETH',
    'Protocol fee (feeBps): 1% 0.5%',
    'Time to take out a stake (unbondingDelay): 7 d 14 d',
  ])
  await expect(page.getByText('14 d').isVisible()).resolves.toBe(true)
  await expect(page.getByText('1209600').isVisible()).resolves.toBe(false)
  await page.getByText('Arguments as the contract gets them, 14').click()
  await expect(page.getByText('1209600').isVisible()).resolves.toBe(true)
  await expect(page.locator('td.reason').first().innerText()).resolves.toContain(PLAIN_TEXTS.voteReason)
})

test('a proposal whose calls another one made says so, in the list too', async () => {
  await open(`/governance/proposals/${ids.pendingProposal}`)
  const words = 'Another proposal made the same calls, and was executed'
  await expect(page.locator('.callout').innerText()).resolves.toMatch(new RegExp(`${words}:\\s+Proposal .*, executed`))
  await page.locator('.callout a').click()
  await page.waitForURL(`**/governance/proposals/${ids.proposal}`)
  await open('/governance')
  await expect(page.locator('td .sub').first().innerText()).resolves.toBe(`4 calls. ${words}.`)
})

test('the parameters show what changed from what to what', async () => {
  await open('/governance/parameters')
  await expect(page.locator('.change').allInnerTexts()).resolves.toEqual([
    'Protocol fee: 2% 1%',
    'Time to take out a stake: 1 day 7 days',
    'Gate: not allowed allowed',
    expect.any(String),
  ])
})

test('an account shows its record, its stakes and its votes', async () => {
  await open(`/accounts/${ids.worker}`)
  await page.getByText('4 paid by proof').waitFor()
  await page.getByText('0.02 ETH locked for').waitFor()
  await page.getByText('400,000').waitFor()
})

test('the task list can be narrowed to a settlement and a gate', async () => {
  await open('/tasks')
  await page.getByLabel('Settlement').selectOption('consensus')
  await page.waitForURL(/kind=consensus/)
  await page.getByLabel('Gate').selectOption('semaphore')
  await page.waitForURL(/gate=semaphore/)
  const asked = () => server.requests.some((request) => request.includes('kind=consensus&gate=semaphore'))
  await expect.poll(asked).toBe(true)
})

test('a submission shows its commitment, delivery, signals and proof', async () => {
  await open(`/tasks/${ids.openTask}/slots/0`)
  await page.getByText('3 words of packed labels and one of salt').waitFor()
  await page.getByText('4 public signals').click()
  await expect(page.locator('details[open] li > span').allInnerTexts()).resolves.toEqual([
    'digest',
    'evaluation',
    'context',
    'alpha',
  ])
  await page.getByText('Proof, 256 B').click()
  await page.getByText('B.x imaginary').waitFor()
  await page.getByText('This is a development key').waitFor()
})

test('a key shows its life and why it was frozen', async () => {
  await open(`/keys/${ids.frozenKey}`)
  await page.getByText(PLAIN_TEXTS.frozenReason).first().waitFor()
  await expect(page.locator('.timeline h3').allInnerTexts()).resolves.toEqual([
    'Proposed',
    'Activated',
    'Frozen for ever',
  ])
  await page.getByText('Show the evidence, 25 B').click()
  await page.getByText(PLAIN_TEXTS.frozenExploit).waitFor()
  await page.getByText('groth16-bn254').waitFor()
  await page.getByText('nobody chose them').waitFor()
  await expect(page.locator('.life [data-reached="true"]').allInnerTexts()).resolves.toEqual([
    'Proposed',
    'Active',
    'Frozen',
  ])
})

test('a key that depends on a frozen one is frozen with it, and links to it', async () => {
  await open(`/keys/${ids.dependentKey}`)
  await page.getByText('The key it depends on is frozen.').waitFor()
  await expect(page.locator('.timeline h3').last().innerText()).resolves.toBe('Frozen with the key it depends on')
  await page.getByText('No proof freezes this key').waitFor()
  await page.locator(`a[href="/keys/${ids.frozenKey}"]`).click()
  await page.getByText('Keys that depend on it').waitFor()
})

test('lineage is shown both ways', async () => {
  await open(`/datasets/${ids.dataset}`)
  await expect(page.locator('.lineage').innerText()).resolves.toMatch(
    /MNIST, test set v3[\s\S]*Version 1[\s\S]*Digit reader/,
  )
})

describe('filters', () => {
  test('live in the address and are sent to the indexer', async () => {
    await open('/tasks')
    await page.getByLabel('Title').fill('digits')
    await page.getByLabel('Title').press('Enter')
    await page.waitForURL('**/tasks?q=digits')
    await page.getByLabel('Settlement').selectOption('open-gold')
    await page.waitForURL('**/tasks?kind=open-gold&q=digits')
    await expect.poll(() => server.requests).toContain('/v1/tasks?limit=25&kind=open-gold&q=digits')
    await page.goBack()
    await page.waitForURL('**/tasks?q=digits')
    await expect(page.getByLabel('Settlement').inputValue()).resolves.toBe('')
    await expect(page.getByLabel('Title').inputValue()).resolves.toBe('digits')
  })

  test('are read from a shared address', async () => {
    await open(`/tasks?phase=proving&requester=${ids.requester}`)
    await expect(page.getByLabel('Phase').inputValue()).resolves.toBe('proving')
    expect(server.requests).toContain(`/v1/tasks?limit=25&phase=proving&requester=${ids.requester}`)
  })

  test('that match nothing offer a way out', async () => {
    server.answers.set('/v1/tasks', listOf([]))
    await open('/tasks?q=nothing')
    await page.getByText('No task matches').waitFor()
    await page.getByRole('link', { name: 'Clear the filters' }).click()
    await page.waitForURL('**/tasks')
  })

  test('keep their place when the list goes on', async () => {
    server.answers.set('/v1/tasks', listOf([], null))
    server.answers = recordedAnswers()
    const first = server.answers.get('/v1/tasks') as { data: unknown[] }
    server.answers.set('/v1/tasks', listOf(first.data, 'second'))
    await open('/tasks?q=digits')
    await page.getByRole('link', { name: 'Older' }).click()
    await page.waitForURL('**/tasks?q=digits&cursor=second')
    await expect.poll(() => server.requests).toContain('/v1/tasks?limit=25&q=digits&cursor=second')
  })
})

describe('the states of a query', () => {
  test('pending, then data', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    server.intercept = async (path) => {
      if (path === '/v1/tasks') await held
      return undefined
    }
    await page.goto(`${server.url}/tasks`)
    await page.getByText('Loading the tasks').waitFor({ state: 'attached' })
    release()
    await page.getByText(PLAIN_TEXTS.openTitle).waitFor()
    await expect(page.getByText('Loading the tasks').count()).resolves.toBe(0)
  })

  test('error, then data after a retry', async () => {
    server.intercept = (path) =>
      path === '/v1/tasks' ? { status: 500, body: { error: { message: 'a fault of ours' } } } : undefined
    await page.goto(`${server.url}/tasks`)
    const alert = page.getByRole('alert')
    await alert.waitFor()
    await expect(alert.innerText()).resolves.toContain('a fault of ours')
    server.intercept = undefined
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText(PLAIN_TEXTS.openTitle).waitFor()
    await expect(page.getByRole('alert').count()).resolves.toBe(0)
  })

  test.each([
    ['/tasks', '/v1/tasks', 'No task yet'],
    ['/keys', '/v1/keys', 'No key yet'],
    ['/datasets', '/v1/datasets', 'No dataset is registered yet'],
    ['/models', '/v1/models', 'No model is registered yet'],
  ])('%s empty', async (path, resource, words) => {
    server.answers.set(resource, listOf([]))
    await open(path)
    await page.getByText(words).waitFor()
  })

  test.each([
    ['a task', `/tasks/${hex('unknown')}`, 'The indexer does not know this task'],
    ['a slot', `/tasks/${ids.openTask}/slots/5`, 'The indexer does not know this submission'],
    ['a key', `/keys/${hex('unknown')}`, 'The indexer does not know this key'],
    ['a dataset', `/datasets/${hex('unknown')}`, 'The indexer does not know this dataset'],
    ['a model', `/models/${hex('unknown')}`, 'The indexer does not know this model'],
    ['an account', `/accounts/${hex('unknown', 20)}`, 'The indexer does not know this account'],
  ])('%s that does not exist', async (_, path, words) => {
    await open(path)
    await page.getByText(words).waitFor()
  })

  test('an address that leads nowhere', async () => {
    await open('/nothing/here')
    await page.getByText('This address leads nowhere').waitFor()
  })

  test('an indexer that is gone, told apart from an empty one', async () => {
    await page.route('**/v1/**', (route) => route.abort('connectionrefused'))
    await page.goto(`${server.url}/tasks`)
    await page.getByRole('alert').getByText('The indexer cannot be reached').waitFor()
    await page.locator('footer').getByText('The indexer cannot be reached').waitFor()
  })

  test('an explorer without a configuration', async () => {
    await page.route('**/config.json', (route) => route.fulfill({ status: 404 }))
    await page.goto(server.url)
    await page.getByText('This explorer is not configured').waitFor({ timeout: 20_000 })
  })
})

test('the footer shows the indexed block, its lag and finality', async () => {
  await open('/')
  const footer = page.locator('footer')
  await footer.getByText('Indexed to block 1,284').waitFor()
  await footer.getByText('1 block behind the chain').waitFor()
  await footer.getByText('Final to block 1,254').waitFor()
})

test('a new block refreshes what is on the page', async () => {
  await open('/tasks')
  await page.getByText(PLAIN_TEXTS.openTitle).waitFor()
  server.answers = recordedAnswers({ ...PLAIN_TEXTS, openTitle: 'Renamed by a new block' })
  server.emitBlock(1_285)
  await page.getByText('Renamed by a new block').waitFor()
})

describe('verify it yourself', () => {
  test('says that nothing was shown when the chain does not answer', async () => {
    await open(`/tasks/${ids.openTask}/slots/0`)
    await page.getByRole('button', { name: 'Verify it yourself' }).click()
    const alert = page.locator('.verify [role="alert"]')
    await alert.waitFor({ timeout: 60_000 })
    await expect(alert.innerText()).resolves.toMatch(/^Not verified\..*says nothing about the proof/s)
    await expect(page.getByText('Verified.', { exact: true }).count()).resolves.toBe(0)
  })

  test('loads the prover library only when it is asked for', async () => {
    const scripts: string[] = []
    page.on('request', (request) => scripts.push(new URL(request.url()).pathname))
    await open(`/tasks/${ids.openTask}/slots/0`)
    expect(scripts.filter((path) => path.includes('worker'))).toEqual([])
    await page.getByRole('button', { name: 'Verify it yourself' }).click()
    await expect.poll(() => scripts.some((path) => /worker-.*\.js$/.test(path))).toBe(true)
  })
})

describe('by keyboard', () => {
  test('the first stop skips to the content', async () => {
    await open('/tasks')
    await page.keyboard.press('Tab')
    await expect(page.evaluate(() => document.activeElement?.textContent)).resolves.toBe('Skip to content')
  })

  test('following a link moves the focus to the new heading and names the tab', async () => {
    await open('/tasks')
    const link = page.getByRole('link', { name: PLAIN_TEXTS.openTitle })
    await link.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/tasks/${ids.openTask}`)
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await expect(page.title()).resolves.toBe(`${PLAIN_TEXTS.openTitle} · Veritask`)
  })

  test('every control has a name', async () => {
    for (const path of Object.values(paths)) {
      await open(path)
      const nameless = await page.evaluate(() =>
        Array.from(document.querySelectorAll('button, a, input, select'))
          .filter((element) => {
            const labelled = element.getAttribute('aria-label') ?? element.textContent?.trim()
            return !labelled && !(element as HTMLInputElement).labels?.length
          })
          .map((element) => element.outerHTML),
      )
      expect(nameless).toEqual([])
    }
  })
})

test('every page can be read by its structure', async () => {
  for (const path of Object.values(paths)) {
    await open(path)
    const faults = await page.evaluate(() => {
      const shown = (selector: string) =>
        Array.from(document.querySelectorAll<HTMLElement>(selector)).filter((element) => element.checkVisibility())
      const levels = shown('h1, h2, h3, h4, h5, h6').map(({ tagName }) => Number(tagName.slice(1)))
      const skipped = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)
      const tables = shown('table').filter((table) => !table.querySelector('th[scope="col"]'))
      const sections = shown('section.card').filter((section) => {
        const by = section.getAttribute('aria-labelledby')
        return !section.getAttribute('aria-label') && !(by && document.getElementById(by)?.textContent)
      })
      const pictures = shown('img, svg').filter(
        (picture) =>
          !picture.hasAttribute('alt') && !picture.closest('[aria-hidden="true"], [aria-label], [role="img"]'),
      )
      const current = shown('nav [aria-current]').length
      const unreachable = shown('summary, button').filter(({ tabIndex }) => tabIndex < 0)
      return {
        skipped,
        tables: tables.length,
        sections: sections.length,
        pictures: pictures.length,
        current,
        unreachable: unreachable.length,
      }
    })
    expect({ path, ...faults }).toEqual({
      path,
      ...{ skipped: [], tables: 0, sections: 0, pictures: 0, unreachable: 0 },
      current: /^\/($|accounts|search|transactions)/.test(path) ? 0 : 1,
    })
  }
})

test.each([
  ['no-preference', 'shimmer'],
  ['reduce', 'none'],
] as const)('with the motion preference "%s" a placeholder’s animation is "%s"', async (reducedMotion, animation) => {
  await page.emulateMedia({ reducedMotion })
  server.intercept = () => new Promise(() => {})
  await page.goto(`${server.url}/tasks`)
  await page.getByText('Loading the tasks').waitFor({ state: 'attached' })
  const shown = () =>
    page.evaluate(() => {
      const placeholder = document.querySelector('.skeleton span[aria-hidden]')
      return placeholder && getComputedStyle(placeholder).animationName
    })
  await expect.poll(shown).toBe(animation)
})

/** WCAG AA for text of ordinary size. */
const MIN_CONTRAST = 4.5

test.each(['light', 'dark'] as const)('text has enough contrast in the %s scheme', async (colorScheme) => {
  await page.emulateMedia({ colorScheme })
  for (const path of Object.values(paths)) {
    await open(path)
    await expect(page.evaluate(measureContrast, MIN_CONTRAST), path).resolves.toEqual([])
  }
})

/** Runs in the page: text on an opaque background whose contrast is below the minimum. */
function measureContrast(minimum: number): string[] {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  if (!canvas) throw new Error('no canvas')
  const pixel = (color: string) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return canvas.getImageData(0, 0, 1, 1).data
  }
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = Array.from(pixel(color)).map((value) => {
      const part = value / 255
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const backgroundOf = (element: Element | null): string => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor
      if (pixel(color)[3] === 255) return color
    }
    return 'white'
  }
  const weak: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!element || !walker.currentNode.textContent?.trim() || !element.checkVisibility()) continue
    if (element.closest('.visually-hidden, .hero, script, style, option')) continue
    const lights = [luminance(getComputedStyle(element).color), luminance(backgroundOf(element))].sort((a, b) => b - a)
    const contrast = ((lights[0] ?? 0) + 0.05) / ((lights[1] ?? 0) + 0.05)
    if (contrast < minimum) weak.push(`${contrast.toFixed(2)} ${element.tagName} ${walker.currentNode.textContent}`)
  }
  return weak
}
