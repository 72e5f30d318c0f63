import type { Processes } from '../lib/processes.ts'
import { runForge } from './forge.ts'
import { type SuiteResult, verdict } from './result.ts'
import { runVitest } from './vitest.ts'

const scratch = '.veritask/canary'

/**
 * Runs suites that hold one passing and one failing test through the very runners of the real suites, and passes only
 * when each of them comes out as one passed, one failed, and a red run. A runner that loses an exit code, or counts
 * nothing, turns the canary red.
 */
export async function runCanary(processes: Processes, onLine?: (line: string) => void): Promise<SuiteResult> {
  const start = performance.now()
  const birds = [
    {
      name: 'Solidity',
      run: () =>
        runForge(processes, {
          name: 'canary-solidity',
          env: {
            FOUNDRY_SRC: 'contracts/canary',
            FOUNDRY_TEST: 'contracts/canary',
            FOUNDRY_SCRIPT: 'contracts/canary',
            FOUNDRY_OUT: `${scratch}/out`,
            FOUNDRY_CACHE_PATH: `${scratch}/cache`,
          },
        }),
    },
    {
      name: 'circuit',
      run: () => runVitest(processes, { name: 'canary-circuit', directory: 'circuits/canary' }),
    },
    {
      name: 'TypeScript',
      run: () => runVitest(processes, { name: 'canary-typescript', directory: 'script/canary' }),
    },
  ] as const
  const failures: string[] = []
  for (const bird of birds) {
    onLine?.(bird.name)
    const result = await bird.run()
    const red = !verdict([result], { ci: true }).green
    if (!red || result.passed !== 1 || result.failed !== 1) {
      failures.push(
        `a failing ${bird.name} test must turn the run red: got ${result.passed} passed, ${result.failed} failed, ` +
          `${red ? 'red' : 'green'}\n    ${result.failures.join('\n    ')}`,
      )
    }
  }
  return {
    name: 'canary',
    passed: birds.length - failures.length,
    failed: failures.length,
    skipped: 0,
    milliseconds: performance.now() - start,
    failures,
    notes: [],
  }
}
