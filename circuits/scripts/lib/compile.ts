import { spawn } from 'node:child_process'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CIRCOM, fromRoot, ROOT, SOURCES } from './paths.ts'

export class CompileError extends Error {
  override name = 'CompileError'
}

export type Optimisation = 'O1' | 'O2'

/**
 * Compiles a circom program to `<directory>/<name>.{r1cs,wasm,sym}`. The output is a function of the sources alone.
 * Throws {@link CompileError} with circom's own report when it does not compile.
 */
export async function compile(
  name: string,
  source: string,
  directory: string,
  optimisation: Optimisation = 'O2',
): Promise<void> {
  await mkdir(directory, { recursive: true })
  const program = join(directory, `${name}.circom`)
  await writeFile(program, source)
  const { code, output } = await runCircom([
    fromRoot(program),
    '--r1cs',
    '--wasm',
    '--sym',
    `--${optimisation}`,
    '-l',
    'node_modules',
    '-l',
    fromRoot(SOURCES),
    '-o',
    fromRoot(directory),
  ])
  if (code !== 0 || !output.includes('Everything went okay'))
    throw new CompileError(`${name} does not compile:\n${output}`)
  const generated = join(directory, `${name}_js`)
  await rename(join(generated, `${name}.wasm`), join(directory, `${name}.wasm`))
  await rm(generated, { recursive: true })
}

function runCircom(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CIRCOM, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** Number of constraints, from the header section of an r1cs file (iden3 r1cs binary format, version 1). */
export async function constraintCount(r1csFile: string): Promise<number> {
  const file = await readFile(r1csFile)
  const sections = file.readUInt32LE(8)
  for (let i = 0, at = 12; i < sections; i++) {
    const type = file.readUInt32LE(at)
    const size = Number(file.readBigUInt64LE(at + 4))
    // Header: field size n, prime (n bytes), wires, outputs, public inputs, private inputs (u32), labels (u64), constraints (u32).
    if (type === 1) {
      const body = at + 12
      return file.readUInt32LE(body + 4 + file.readUInt32LE(body) + 16 + 8)
    }
    at += 12 + size
  }
  throw new CompileError(`${r1csFile} has no header section`)
}
