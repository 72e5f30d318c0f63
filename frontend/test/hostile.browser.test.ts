import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launchBrowser, openPage, settled } from './support/browser'
import { paths, recordedAnswers, type Texts } from './support/fixtures'
import { type FixtureServer, startFixtureServer } from './support/server'

/** A host that only injected markup would call. */
const CANARY_HOST = 'canary.invalid'
const RUN = 'window.executed++'
/** Time an injected string gets to run on the page that trusts it. */
const CONTROL_MS = 60

/** Strings that run, leak or mislead when anything treats them as more than text. */
const CORPUS = [
  `<script>${RUN}</script>`,
  `"><script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `'"><img src=x onerror=${RUN}>`,
  `<svg onload="${RUN}">`,
  `<svg><script>${RUN}</script></svg>`,
  `<iframe srcdoc="<script>parent.executed++</script>"></iframe>`,
  `<iframe src="javascript:parent.executed++"></iframe>`,
  `<body onload=${RUN}>`,
  `<details open ontoggle=${RUN}>x</details>`,
  `<input autofocus onfocus=${RUN}>`,
  `<a href="javascript:${RUN}">x</a>`,
  `javascript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `<math><mtext><style><img src=x onerror=${RUN}></style></mtext></math>`,
  `<template><script>${RUN}</script></template>`,
  `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `<!--><script>${RUN}</script>-->`,
  `<style>@import 'http://${CANARY_HOST}/style.css'</style>`,
  `<link rel=stylesheet href=http://${CANARY_HOST}/style.css>`,
  `<img src=http://${CANARY_HOST}/pixel.png>`,
  `<meta http-equiv=refresh content="0;url=http://${CANARY_HOST}/">`,
  `<base href="http://${CANARY_HOST}/">`,
  `<form action=http://${CANARY_HOST}/><button>pay</button></form>`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `%3Cscript%3E${RUN}%3C/script%3E`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `\u202Egnp.exe\u2066<script>${RUN}</script>`,
  `\u0000\u001b]8;;http://${CANARY_HOST}\u0007link`,
  `__proto__`,
  `constructor`,
]

const CHAIN_TEXT_FIELDS = [
  'openTitle',
  'hiddenTitle',
  'datasetName',
  'parentName',
  'modelName',
  'licence',
  'frozenReason',
  'frozenExploit',
  'proofSystemName',
  'consensusTitle',
  'optimisticTitle',
  'publicationName',
  'proposalDescription',
  'voteReason',
  'changeText',
] as const satisfies readonly (keyof Texts)[]

const hostile = (string: string): Texts =>
  Object.fromEntries(CHAIN_TEXT_FIELDS.map((field) => [field, string])) as Texts

let browser: Browser
let server: FixtureServer

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startFixtureServer(inject('dist'))
})

afterAll(async () => {
  await browser.close()
  await server.close()
})

type Watch = { page: Page; leaks: string[]; executed: () => Promise<number> }

/** A page that counts every execution, dialog and request an injected string could cause. */
async function watchedPage(): Promise<Watch> {
  const page = await openPage(browser)
  const leaks: string[] = []
  page.on('dialog', (dialog) => {
    leaks.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  // Interception sees what really leaves the page; what the policy stopped never gets this far.
  await page.route(`http://${CANARY_HOST}/**`, (route) => {
    leaks.push(route.request().url())
    return route.abort()
  })
  await page.addInitScript(() => {
    Object.assign(window, { executed: 0 })
  })
  const executed = () => page.evaluate(() => (window as unknown as { executed: number }).executed)
  return { page, leaks, executed }
}

test('the counter counts: the same strings run and leak on a page that trusts them', async () => {
  const { page, leaks, executed } = await watchedPage()
  await page.goto('about:blank')
  const ran: string[] = []
  for (const string of CORPUS.filter((candidate) => !candidate.includes('meta'))) {
    await page.goto('about:blank')
    await page.setContent(`<title>x</title><p>${string}</p>`)
    await page.waitForTimeout(CONTROL_MS)
    if ((await executed()) > 0) ran.push(string)
  }
  expect(ran.length).toBeGreaterThanOrEqual(10)
  expect(leaks.length).toBeGreaterThanOrEqual(3)
  await page.context().close()
})

test.each(CORPUS)(
  '%j runs nothing, leaks nothing and stays text, in every chain text field, on every page',
  async (string) => {
    const { page, leaks, executed } = await watchedPage()
    server.answers = recordedAnswers(hostile(string))
    await page.goto(server.url)
    for (const path of Object.values(paths)) {
      await goWithin(page, path)
      await settled(page)
      await expect(executed(), path).resolves.toBe(0)
      await expect(injectedElements(page), path).resolves.toEqual([])
    }
    expect(leaks).toEqual([])
    await page.context().close()
  },
)

/** Moves within the running app, as its links do. */
async function goWithin(page: Page, path: string): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.evaluate((to) => {
    window.history.pushState(null, '', to)
    window.dispatchEvent(new PopStateEvent('popstate'))
  }, path)
}

/** Elements and attributes the app never creates. */
function injectedElements(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const foreign = 'iframe, object, embed, base, math, template, form[action], img:not([src="/logo.svg"]), body style'
    const found = Array.from(document.querySelectorAll(foreign), (element) => element.outerHTML)
    const addresses = ['href', 'src', 'action', 'formaction', 'xlink:href']
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        const runs =
          name.startsWith('on') || (addresses.includes(name) && /^\s*(javascript|data|vbscript):/i.test(value))
        if (runs) found.push(`${element.tagName} ${name}=${value}`)
      }
    }
    return found
  })
}

test('the hostile text is shown, as text', async () => {
  const { page } = await watchedPage()
  const string = CORPUS[2] ?? ''
  server.answers = recordedAnswers(hostile(string))
  await page.goto(`${server.url}${paths['task-open']}`)
  await settled(page)
  await expect(page.locator('h1').innerText()).resolves.toBe(string)
  await expect(page.title()).resolves.toBe(`${string} · Veritask`)
  await page.goto(`${server.url}${paths['key-frozen']}`)
  // Beside the name of the advisory, which is a link.
  const hostileText = { hasText: 'onerror' }
  await page.locator('.callout[data-tone="bad"] bdi', hostileText).waitFor()
  await expect(page.locator('.callout[data-tone="bad"] bdi', hostileText).innerText()).resolves.toBe(string)
  await expect(page.locator('.timeline bdi', hostileText).innerText()).resolves.toBe(string)
  await page.getByText('Show the evidence').click()
  await expect(page.locator('.timeline .bytes').innerText()).resolves.toBe(string)
  await page.context().close()
})

test('proposals, reasons, call arguments and changes are shown as text, and links in them are none', async () => {
  const { page } = await watchedPage()
  const string = CORPUS[2] ?? ''
  server.answers = recordedAnswers({ ...hostile(string), proposalDescription: `[pay](javascript:1) ${string}` })
  await page.goto(`${server.url}${paths.proposal}`)
  await settled(page)
  await expect(page.locator('h1').innerText()).resolves.toBe(`[pay](javascript:1) ${string}`)
  await expect(page.locator('.description a').count()).resolves.toBe(0)
  await expect(page.locator('td.reason bdi').first().innerText()).resolves.toBe(string)
  // In the words of the call, and among its arguments once they are opened.
  await expect(page.locator('.calls p', { hasText: 'onerror' }).innerText()).resolves.toContain(`because: "${string}"`)
  await page.locator('.calls details', { hasText: 'onerror' }).locator('summary').click()
  await expect(page.locator('.calls .values code', { hasText: 'onerror' }).innerText()).resolves.toBe(string)
  await page.goto(`${server.url}${paths.parameters}`)
  await settled(page)
  await expect(page.locator('.change', { hasText: 'onerror' }).count()).resolves.toBe(1)
  await page.context().close()
})

test('no text of a proposal is shown without end', async () => {
  const { page } = await watchedPage()
  const long = `${'x'.repeat(5_000)}\n`.repeat(500)
  server.answers = recordedAnswers({ ...hostile('x'.repeat(5_000)), proposalDescription: long })
  for (const path of [paths.proposal, paths.governance, paths.parameters]) {
    await page.goto(`${server.url}${path}`)
    await settled(page)
    await expect(page.locator('main').evaluate((main) => main.textContent?.length ?? 0)).resolves.toBeLessThan(40_000)
  }
  await page.context().close()
})

test('text that reorders what is read is made visible and cannot leave its box', async () => {
  const { page } = await watchedPage()
  server.answers = recordedAnswers(hostile('Pay \u202E1 ETH\u2069 now'))
  await page.goto(`${server.url}/tasks`)
  await settled(page)
  const shown = await page.locator('td.strong bdi').first().innerText()
  expect(shown).toBe('Pay \ufffd1 ETH\ufffd now')
  await page.context().close()
})

test('no string of the corpus does anything as a search in the address', async () => {
  server.answers = recordedAnswers()
  const { page, leaks, executed } = await watchedPage()
  await page.goto(server.url)
  for (const string of CORPUS.filter((candidate) => !candidate.includes('\u0000'))) {
    const query = encodeURIComponent(string)
    await goWithin(page, `/tasks?q=${query}&phase=${query}`)
    await settled(page)
    await expect(page.getByLabel('Title').inputValue()).resolves.toBe(string)
    await expect(executed(), string).resolves.toBe(0)
    await expect(injectedElements(page), string).resolves.toEqual([])
    await goWithin(page, `/search?q=${query}`)
    await settled(page)
    await expect(page.getByRole('searchbox', { name: /^Search for/ }).inputValue()).resolves.toBe(string)
    await expect(executed(), string).resolves.toBe(0)
    await expect(injectedElements(page), string).resolves.toEqual([])
  }
  expect(leaks).toEqual([])
  await page.context().close()
})

test('the policy itself stops inline scripts, inline styles and foreign hosts', async () => {
  const { page, leaks, executed } = await watchedPage()
  server.answers = recordedAnswers()
  await page.goto(server.url)
  await settled(page)
  const stopped = await page.evaluate(async (host) => {
    const directives: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.executed++'
    document.body.append(script)
    document.body.insertAdjacentHTML('beforeend', `<p style="color:red">x</p><img src="http://${host}/pixel.png">`)
    await new Promise((resolve) => setTimeout(resolve, 300))
    return directives
  }, CANARY_HOST)
  expect(stopped).toEqual(expect.arrayContaining(['script-src-elem', 'style-src-attr', 'img-src']))
  await expect(executed()).resolves.toBe(0)
  expect(leaks).toEqual([])
  await page.context().close()
})
