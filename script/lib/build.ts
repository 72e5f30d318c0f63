import { cached } from './cache.ts'
import { foundryBinary } from './foundry.ts'
import type { Processes } from './processes.ts'

type Detail = (text: string) => void

const lockfile = 'package-lock.json'

export async function buildContracts(processes: Processes, detail: Detail): Promise<void> {
  await cached(
    {
      name: 'contracts',
      inputs: [
        'contracts/src',
        'contracts/tools',
        'script/Deploy.s.sol',
        'script/deploy',
        'script/config',
        'script/contracts',
        'foundry.toml',
        lockfile,
      ],
      outputs: ['contracts/out/TaskRegistry.sol/TaskRegistry.json', 'contracts/out/Deploy.s.sol'],
    },
    async () => {
      await processes.check({
        name: 'forge-build',
        command: foundryBinary('forge'),
        // `forge test` compiles the tests.
        args: ['build', '--color', 'never', '--skip', 'contracts/test/**'],
        onLine: detail,
      })
    },
  )
}

/** The circuits' own build decides by content hash what there is to do; without names it builds all there are. */
export async function buildCircuits(processes: Processes, detail: Detail, names: readonly string[]): Promise<void> {
  await processes.check({
    name: 'circuits-build',
    command: 'npm',
    args: ['run', '--silent', 'circuits', '--', ...names],
    onLine: detail,
  })
}

export async function buildSdk(processes: Processes, detail: Detail): Promise<void> {
  await cached(
    {
      name: 'sdk',
      inputs: ['sdk/src', 'sdk/package.json', 'sdk/tsconfig.json', 'sdk/tsconfig.build.json', lockfile],
      outputs: ['sdk/dist/index.js', 'sdk/dist/index.d.ts'],
    },
    async () => {
      await processes.check({
        name: 'sdk-build',
        command: 'npm',
        args: ['run', '--silent', 'build', '-w', '@veritask/sdk'],
        onLine: detail,
      })
    },
  )
}

export async function buildFrontend(processes: Processes, detail: Detail): Promise<void> {
  await cached(
    {
      name: 'frontend',
      inputs: [
        'frontend/src',
        'frontend/public',
        'frontend/index.html',
        'frontend/vite.config.ts',
        'frontend/package.json',
        'sdk/src',
        lockfile,
      ],
      outputs: ['frontend/dist/index.html'],
    },
    async () => {
      await processes.check({
        name: 'frontend-build',
        command: 'npm',
        args: ['run', '--silent', 'build', '-w', '@veritask/frontend'],
        onLine: detail,
      })
    },
  )
}
