import { defineConfig } from 'vitest/config'

const BROWSER_TIMEOUT_MS = 120_000

/** A suite that drives a real browser. */
const inBrowser = (name: string, include: string[], exclude: string[] = []) => ({
  test: {
    name,
    include,
    exclude,
    globalSetup: name === 'browser' ? ['test/globalSetup.ts'] : [],
    testTimeout: BROWSER_TIMEOUT_MS,
    hookTimeout: BROWSER_TIMEOUT_MS,
  },
})

const DEPLOYMENT_TESTS = 'test/deployment.browser.test.ts'

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      inBrowser('browser', ['test/**/*.browser.test.ts'], [DEPLOYMENT_TESTS]),
      // Needs a deployment that runs: `VERITASK_E2E` names the file that says where.
      ...(process.env.VERITASK_E2E ? [inBrowser('deployment', [DEPLOYMENT_TESTS])] : []),
    ],
  },
})
