// npm run circuits -- [NAME …] [--update] [--jobs N]
// Builds circuits and checks every file against artifacts/manifest.json; --update pins what was built instead.
import { spawn } from 'node:child_process'
import { copyFile, mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { artifactPath, describeBuild } from './lib/build.ts'
import { circuits, selectCircuits } from './lib/circuits.ts'
import {
  compareEntries,
  type ManifestEntry,
  readManifest,
  staleSdkModules,
  verifyingKeyFile,
  writeManifest,
  writeSdkModules,
} from './lib/manifest.ts'
import { ARTIFACTS, CIRCUITS } from './lib/paths.ts'

/** One build needs up to 1.5 GiB; more than this many at once gains nothing on small machines. */
const MAX_JOBS = 4

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { update: { type: 'boolean', default: false }, jobs: { type: 'string' } },
})
const names = selectCircuits(positionals)
const jobs = Math.max(1, Number(values.jobs ?? Math.min(MAX_JOBS, availableParallelism())))

const started = Date.now()
let finished = 0
const queue = [...names]
await Promise.all(Array.from({ length: Math.min(jobs, names.length) }, drain))

const built: Record<string, ManifestEntry> = {}
for (const name of names) built[name] = await describeBuild(name)
const pinned = await readManifest()

if (values.update) {
  await mkdir(ARTIFACTS, { recursive: true })
  for (const name of names) await copyFile(artifactPath(name, 'vkey'), verifyingKeyFile(name))
  const merged = { ...pinned.circuits, ...built }
  const ordered = Object.fromEntries(
    Object.keys(circuits)
      .filter((name) => name in merged)
      .map((name) => [name, merged[name] as ManifestEntry]),
  )
  const manifest = { version: 1, development: true, circuits: ordered } as const
  await writeManifest(manifest)
  await writeSdkModules(manifest)
  console.log(`circuits: pinned ${names.length} in artifacts/manifest.json`)
} else {
  const differences = names.flatMap((name) => compareEntries(name, pinned.circuits[name], built[name] as ManifestEntry))
  for (const file of await staleSdkModules(pinned)) differences.push(`${file} is not what the manifest generates`)
  if (differences.length > 0) {
    console.error(`circuits: the build differs from what is pinned:\n  ${differences.join('\n  ')}`)
    console.error('If a circuit changed on purpose, run: npm run circuits -- --update')
    process.exitCode = 1
  } else {
    console.log(`circuits: ${names.length} match artifacts/manifest.json (${seconds(started)} s)`)
  }
}

async function drain(): Promise<void> {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const begun = Date.now()
    const { compiled, keyed } = await buildInChild(name)
    finished++
    const what = keyed ? 'compiled and keyed' : compiled ? 'compiled, key unchanged' : 'cached'
    console.log(`circuits: [${finished}/${names.length}] ${name} ${what} (${seconds(begun)} s)`)
  }
}

function buildInChild(name: string): Promise<{ compiled: boolean; keyed: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(CIRCUITS, 'scripts/buildOne.ts'), name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split('\n').at(-1) ?? '{}'))
      else reject(new Error(`Building ${name} failed with exit code ${code}`))
    })
  })
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1)
}
