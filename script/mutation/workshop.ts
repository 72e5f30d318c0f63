import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { foundryBinary } from '../lib/foundry.ts'
import { fromRoot, stateDirectory } from '../lib/paths.ts'
import type { Processes } from '../lib/processes.ts'
import type { Target } from './targets.ts'

export type Verdict = 'killed' | 'survived' | 'equivalent' | 'invalid'

export interface Judged {
  readonly verdict: Verdict
  /** The first test that failed, or what the compiler said. */
  readonly by?: string
}

export interface Workshop {
  readonly sourceOf: (file: string) => string
  /** Compiles the target with this text in place of its file and runs its tests until one fails. */
  readonly judge: (target: Target, text: string) => Promise<Judged>
}

const folder = '.veritask/mutation/contracts'

/** Parts of contracts/test that no target names: fixtures are read from where they are, the others import from outside of it. */
const leftOut: readonly string[] = ['fixtures', 'integration', 'market', 'utils/DeployTest.sol']

/** A copy of the contracts and their tests in the same project, so that nothing of the real ones is ever touched. */
export async function openWorkshop(processes: Processes): Promise<Workshop> {
  const home = fromRoot(folder)
  for (const part of ['src', 'test']) {
    rmSync(join(home, part), { recursive: true, force: true })
    mkdirSync(join(home, part), { recursive: true })
    cpSync(fromRoot('contracts', part), join(home, part), {
      recursive: true,
      filter: (path) => !leftOut.some((part) => path.startsWith(fromRoot('contracts', 'test', part))),
    })
  }
  const config = readFileSync(fromRoot('foundry.toml'), 'utf8')
    .replaceAll(
      /^(src|test|out|cache_path|test_failures_file|failure_persist_dir) = "contracts\//gm,
      `$1 = "${folder}/`,
    )
    .replaceAll('paths = "contracts/', `paths = "${folder}/`)
    .replace('script = "script"', `script = "${folder}/src"`)
    // A changed contract does not recompile the tests that deploy it.
    .replace('offline = true', 'offline = true\ndynamic_test_linking = true')
  const configFile = join(stateDirectory, 'mutation', 'foundry.toml')
  writeFileSync(configFile, config)

  const forge = (args: readonly string[], onLine?: (line: string) => void) =>
    processes.run({
      name: 'mutation',
      command: foundryBinary('forge'),
      args,
      env: { FOUNDRY_CONFIG: configFile },
      ...(onLine === undefined ? {} : { onLine }),
    })
  const bytecodeOf = ({ contracts }: Target): string =>
    contracts
      .map((name) => readFileSync(join(home, 'out', `${name}.sol`, `${name}.json`), 'utf8'))
      .map((artifact) => (JSON.parse(artifact) as { deployedBytecode: { object: string } }).deployedBytecode.object)
      .join()
  const pathOf = (file: string): string => join(home, 'src', file)
  const sourceOf = (file: string): string => readFileSync(fromRoot('contracts', 'src', file), 'utf8')

  const build = (target: Target) => {
    const settlement = (name: string) => `settlement/${name}.sol`
    const place = (name: string) => (existsSync(pathOf(settlement(name))) ? settlement(name) : `${name}.sol`)
    return forge(['build', ...target.contracts.map((name) => `${folder}/src/${place(name)}`)])
  }
  const test = async (target: Target) => {
    const { code, lines } = await forge([
      'test',
      '--fail-fast',
      '--match-path',
      `${folder}/test/{${target.tests.join(',')}}`,
    ])
    return { failed: code !== 0, by: lines.find((line) => line.includes('[FAIL')) ?? lines.at(-1) ?? '' }
  }

  const originals = new Map<string, string>()
  /** Bytecode of the code as it is; its tests must pass, or a kill would mean nothing. */
  const originalOf = async (target: Target): Promise<string> => {
    const known = originals.get(target.file)
    if (known !== undefined) return known
    const { code, lines } = await build(target)
    if (code !== 0) throw new Error(`${target.file} does not compile as it is:\n${lines.slice(-20).join('\n')}`)
    const bytecode = bytecodeOf(target)
    const { failed, by } = await test(target)
    if (failed) throw new Error(`the tests of ${target.file} fail without any mutant: ${by}`)
    originals.set(target.file, bytecode)
    return bytecode
  }

  return {
    sourceOf,
    async judge(target, text) {
      const original = await originalOf(target)
      writeFileSync(pathOf(target.file), text)
      try {
        const { code, lines } = await build(target)
        if (code !== 0) return { verdict: 'invalid', by: lines.find((line) => line.includes('Error')) ?? '' }
        if (bytecodeOf(target) === original) return { verdict: 'equivalent' }
        const { failed, by } = await test(target)
        return failed ? { verdict: 'killed', by: by.trim().slice(0, 200) } : { verdict: 'survived' }
      } finally {
        writeFileSync(pathOf(target.file), sourceOf(target.file))
      }
    },
  }
}
