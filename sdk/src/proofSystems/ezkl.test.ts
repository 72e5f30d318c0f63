import { concatHex, type Hex, keccak256, numberToHex, sliceHex } from 'viem'
import { expect, test } from 'vitest'
import { outsideFixture, sampleTarget, sampleTargetWords } from '../testing/outside.js'
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

test('default: the published reusable verifier names the artifact of its key', () => {
  const { artifact, publicSignals, answer } = outsideFixture<{
    readonly artifact: readonly Hex[]
    readonly publicSignals: readonly Hex[]
    readonly answer: Hex
  }>('ezkl-reusable')
  const instanceCount = publicSignals.length
  const keyData = ezklKeyData({ ...sampleTarget, instanceCount, artifact })
  expect(keyData).toBe(concatHex([`0x${sampleTargetWords}`, numberToHex(instanceCount, { size: 32 }), ...artifact]))
  expect(keccak256(sliceHex(keyData, 128))).toBe(sliceHex(answer, 32, 64))
})

test('error: artifacts that are empty, too long or not words', () => {
  const malformed = expect.objectContaining({ name: 'VerifyingKeyMalformedError' })
  const key = { ...sampleTarget, instanceCount: 12 }
  expect(ezklKeyData({ ...key, artifact: Array(763).fill(word) }).length).toBe(2 + 2 * (128 + 763 * 32))
  for (const artifact of [[], Array(764).fill(word), [word, '0x12']] as Hex[][])
    expect(() => ezklKeyData({ ...key, artifact })).toThrow(malformed)
  expect(() => ezklKeyData({ ...key, instanceCount: -1 })).toThrow(malformed)
})
