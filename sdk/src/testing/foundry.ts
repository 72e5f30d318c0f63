import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The repository root. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Where forge puts what it compiles. */
export const compiled = process.env.FOUNDRY_OUT ?? join(root, 'contracts', 'out')

/** The native binary: the npm wrappers return 0 whatever happened. */
export function nativeBinary(tool: 'anvil' | 'forge'): string {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const path = join(root, 'node_modules', '@foundry-rs', `${tool}-${platform}`, 'bin', `${tool}${suffix}`)
  if (!existsSync(path)) throw new Error(`No native ${tool} for ${platform}; run npm ci on this machine`)
  return path
}

export async function runForge(args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  await promisify(execFile)(nativeBinary('forge'), args, {
    cwd: root,
    env: { ...process.env, ...env },
    maxBuffer: 32 * 1024 * 1024,
  })
}

export type Anvil = { readonly url: string; readonly stop: () => Promise<void> }

/** An empty local chain on a free port; `more` are arguments of anvil. */
export async function startAnvil(more: readonly string[] = []): Promise<Anvil> {
  const port = await freePort()
  // A chain's state is one large request.
  const args = ['--port', String(port), '--host', '127.0.0.1', '--silent', '--no-request-size-limit', ...more]
  const child = spawn(nativeBinary('anvil'), args, { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  await answering(url, child)
  const stop = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill()
    })
  return { url, stop }
}

/** One JSON-RPC call. */
export async function rpc<T>(url: string, method: string, params: readonly unknown[] = []): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const { result, error } = (await response.json()) as { result: T; error?: { message: string } }
  if (error) throw new Error(`${method}: ${error.message}`)
  return result
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`anvil ended with code ${child.exitCode}`)
    try {
      await rpc(url, 'eth_chainId')
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  child.kill()
  throw new Error('anvil did not answer within 10 s')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
