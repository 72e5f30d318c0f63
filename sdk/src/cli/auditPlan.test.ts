import { describe, expect, test } from 'vitest'
import { planAudits } from './auditPlan.js'

const task = {
  allowedMistakes: 4,
  overturnedItems: 0,
  mostDisputedItems: 6,
  auditKeysFrozen: false,
  timestamp: 120n,
}
const audit = (slot: number, change: object = {}) => ({
  slot,
  answerBy: 150n,
  panelSize: 3,
  audited: 0,
  closed: false,
  ...change,
})
const waiting = audit(1)
const proven = audit(2, { audited: 3 })
const late = audit(3, { answerBy: 100n })

describe('planAudits', () => {
  const all = { onlyClose: false }
  const only = { onlyClose: true }

  test('default: what waits is answered, then everything is decided', () => {
    expect(planAudits(task, [proven, waiting], all)).toEqual({ answer: true, close: [2, 1] })
    expect(planAudits(task, [proven], all)).toEqual({ answer: false, close: [2] })
  })

  test('default: one that was missed is decided first, and nothing is proven any more', () => {
    expect(planAudits(task, [waiting, proven, late], all)).toEqual({ answer: false, close: [3, 2] })
    expect(planAudits(task, [waiting, late], only)).toEqual({ answer: false, close: [3] })
  })

  test('default: under a frozen key nothing is proven, and all are closed', () => {
    const frozen = { ...task, auditKeysFrozen: true }
    expect(planAudits(frozen, [waiting, proven, late], all)).toEqual({ answer: false, close: [1, 2, 3] })
  })

  test('default: only closing passes over what waits, and says so when there is nothing else', () => {
    expect(planAudits(task, [waiting, proven], only)).toEqual({ answer: false, close: [2] })
    expect(planAudits(task, [waiting], only)).toEqual({ answer: false, close: [1] })
  })

  test('default: one that is decided is found', () => {
    expect(planAudits(task, [audit(4, { closed: true })], all)).toEqual({ answer: false, close: [4] })
  })
})
