import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { fromRoot, stateDirectory } from './lib/paths.ts'

const promisedLines = 30

test('the SDK example of the README type-checks, in the lines it promises', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readFileSync(fromRoot('README.md'), 'utf8'))?.[1] ?? ''
  const lines = example.split('\n').filter((line) => line.trim() !== '')
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.length).toBeLessThanOrEqual(promisedLines)
  const folder = join(stateDirectory, `readme-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  try {
    writeFileSync(join(folder, 'example.ts'), example)
    const config = { extends: '../../tsconfig.json', compilerOptions: { typeRoots: [fromRoot('node_modules/@types')] } }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['example.ts'] }))
    const tsc = fromRoot('node_modules', 'typescript', 'bin', 'tsc')
    await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error: { stdout: string }) => {
      throw new Error(error.stdout)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.each(
  [...readFileSync(fromRoot('README.md'), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path),
)('the README links to %s, which exists', (path) => {
  expect(() => readFileSync(fromRoot(path ?? ''))).not.toThrow(/ENOENT/)
})
