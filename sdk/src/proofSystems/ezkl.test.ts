import { concatHex, type Hex } from 'viem'
import { expect, test } from 'vitest'
import { sampleTarget, sampleTargetWords } from '../testing/outside.js'
import { EZKL_SYSTEM_ID, ezklKeyData } from './ezkl.js'

const word: Hex = `0x${'51'.repeat(32)}`
const head: Hex = `0x${sampleTargetWords}${'c'.padStart(64, '0')}`

test('default: a verifier of one circuit', () => {
  expect(ezklKeyData({ ...sampleTarget, instanceCount: 12 })).toBe(head)
  expect(EZKL_SYSTEM_ID).toMatch(/^0x657a6b6c2d68616c6f32(00){22}$/)
})

test('args: an artifact for a reusable verifier', () => {
  expect(ezklKeyData({ ...sampleTarget, instanceCount: 12, artifact: [word, word] })).toBe(
    concatHex([head, word, word]),
  )
})

test('error: artifacts that are empty, too long or not words', () => {
  const malformed = expect.objectContaining({ name: 'VerifyingKeyMalformedError' })
  const key = { ...sampleTarget, instanceCount: 12 }
  expect(ezklKeyData({ ...key, artifact: Array(763).fill(word) }).length).toBe(2 + 2 * (128 + 763 * 32))
  for (const artifact of [[], Array(764).fill(word), [word, '0x12']] as Hex[][])
    expect(() => ezklKeyData({ ...key, artifact })).toThrow(malformed)
  expect(() => ezklKeyData({ ...key, instanceCount: -1 })).toThrow(malformed)
})
