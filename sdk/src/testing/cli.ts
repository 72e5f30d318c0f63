import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type CliRun = { readonly code: number; readonly stdout: string; readonly stderr: string }

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url))

/** The command line, from its sources, in a process of its own that sees none of the caller's environment. */
export function runCli(
  args: readonly string[],
  { cwd, stdin = '', env = {} }: { cwd: string; stdin?: string; env?: Readonly<Record<string, string>> },
): Promise<CliRun> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  child.stdin.end(stdin)
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr })))
}
