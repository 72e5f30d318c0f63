import { describe, expect, test } from 'vitest'
import { CommitmentMismatchError, commitLabels } from './commitments.js'
import { commitmentContext, proofContext } from './context.js'
import { FIELD_ORDER, FieldOutOfRangeError } from './field.js'
import { encodeLabels } from './labels/codes.js'
import { domain, hash } from './poseidon.js'
import { digits } from './testing/samples.js'

const where = {
  chainId: 31337,
  module: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  taskId: `0x${'ab'.repeat(32)}`,
  slot: 3,
  payout: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
} as const
const keyId = `0x${'cd'.repeat(32)}` as const

describe('contexts', () => {
  test('default: fixed vector, 248 bits', () => {
    expect(proofContext({ ...where, keyId })).toMatchInlineSnapshot(
      `238549519629036906453396214991072143150123770003647841230508417628224617403n`,
    )
    expect(commitmentContext(where)).toMatchInlineSnapshot(
      `62596616909949533645847389302603587855812667382573046330047582500600293447n`,
    )
    expect(proofContext({ ...where, keyId }) >> 248n).toBe(0n)
  })

  test('default: every part changes it', () => {
    const base = proofContext({ ...where, keyId })
    const changed = [
      { chainId: 1 },
      { module: where.payout },
      { taskId: keyId },
      { slot: 4 },
      { payout: where.module },
      { keyId: where.taskId },
    ].map((change) => proofContext({ ...where, keyId, ...change }))
    expect(new Set([base, ...changed]).size).toBe(7)
  })

  test('default: the commitment context is the one of a zero key', () => {
    expect(commitmentContext(where)).toBe(proofContext({ ...where, keyId: `0x${'00'.repeat(32)}` }))
  })
})

describe('commitLabels', () => {
  const rules = { ...digits, itemCount: 3, goldCount: 1 }
  const codes = encodeLabels(rules, [7, 2, 1])
  const parameters = { rules, commitmentContext: 11n, salt: 22n, codes }

  test('default: is the hash of the specification', () => {
    expect(commitLabels(parameters)).toBe(hash([domain('veritask.labels.1'), 11n, 22n, 0x010207n, 0n, 0n]))
    expect(commitLabels(parameters)).toMatchInlineSnapshot(
      `10132639847115248806369798151059636347012455035337262809185874793485418871340n`,
    )
  })

  test('default: hides behind the salt, binds context and labels', () => {
    const base = commitLabels(parameters)
    expect(commitLabels({ ...parameters, salt: 23n })).not.toBe(base)
    expect(commitLabels({ ...parameters, commitmentContext: 12n })).not.toBe(base)
    expect(commitLabels({ ...parameters, codes: encodeLabels(rules, [7, 2, 2]) })).not.toBe(base)
  })

  test('error: salt or context at or above the field order', () => {
    expect(() => commitLabels({ ...parameters, salt: FIELD_ORDER })).toThrow(FieldOutOfRangeError)
    expect(() => commitLabels({ ...parameters, commitmentContext: FIELD_ORDER })).toThrow(FieldOutOfRangeError)
  })

  test('error: a mismatch tells the commitment and nothing secret', () => {
    expect(new CommitmentMismatchError(5n).message).toContain('Commitment: 5')
  })
})
