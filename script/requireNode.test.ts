import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { fromRoot } from './lib/paths.ts'

/** Runs the check as another version of Node would. */
async function as(version: string): Promise<{ readonly code: number; readonly stderr: string }> {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const program = `${pretend}; require(${JSON.stringify(fromRoot('script', 'requireNode.cjs'))})`
  return promisify(execFile)(process.execPath, ['--eval', program]).then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  )
}

test.each(['18.20.8', '20.18.3', '9.11.2'])(
  'Node %s is named at once, with the version that is needed',
  async (version) => {
    const { code, stderr } = await as(version)
    expect(code).toBe(1)
    expect(stderr).toContain(`Veritask needs Node 20.19 or newer, and this is Node ${version}.`)
  },
)

test.each(['20.19.0', '22.0.0', '100.0.0'])('Node %s is new enough', async (version) => {
  expect(await as(version)).toEqual({ code: 0, stderr: '' })
})

test('every command of the package asks first', () => {
  const { scripts } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as { scripts: Record<string, string> }
  for (const name of ['start', 'test', 'bench']) expect(scripts[name]).toMatch(/^node script\/requireNode\.cjs && /)
})
