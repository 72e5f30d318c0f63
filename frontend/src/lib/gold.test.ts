import { expect, test } from 'vitest'
import type { GoldAuditRow, TaskRow } from '../api/types'
import { auditWords, goldRisks, rejectionWords } from './gold'

const rules = {
  kind: 'distance',
  capacity: 64,
  itemCount: 64,
  goldCount: 16,
  thresholdBps: 7_500,
  max: 9,
  tolerance: 0,
} as const

test('risks are said before anyone joins, the severe ones first', () => {
  const task = { kind: 'hidden-gold', slots: 5, rules }
  expect(goldRisks(task)).toMatchObject({
    severe: false,
    lines: [expect.stringContaining('provisional'), expect.anything()],
  })
  expect(goldRisks({ ...task, slots: 2 })).toMatchObject({
    severe: true,
    lines: [expect.stringMatching(/^2 slots leave no third opinion/), expect.anything()],
  })
  expect(goldRisks({ ...task, slots: 3, rules: { ...rules, goldCount: 4 } })).toMatchObject({
    severe: true,
    lines: [expect.stringContaining('So few gold items'), expect.anything()],
  })
  expect(goldRisks({ ...task, kind: 'open-gold' })).toBeNull()
})

test('a provisional rejection says until when, and what its worker may do', () => {
  const deadlines = { disputableUntil: '400' } as TaskRow['deadlines']
  const task = {
    kind: 'hidden-gold',
    rejected: 2,
    upheld: false,
    openAudits: 1,
    rejectionsPendingUntil: '500',
    deadlines,
  }
  const words = rejectionWords({ ...task, mayAsk: true })
  expect(words).toMatchObject({ tone: 'wait' })
  expect(words?.text).toMatch(/^2 slots rejected, provisionally.*1 audit of the gold is open.*may ask for an audit/)
  expect(rejectionWords({ ...task, mayAsk: false })?.text).not.toContain('may ask')
  expect(rejectionWords({ ...task, mayAsk: false, upheld: true })).toMatchObject({ tone: 'good' })
  expect(rejectionWords({ ...task, mayAsk: false, rejectionsPendingUntil: null })).toBeNull()
  expect(rejectionWords({ ...task, mayAsk: true, rejected: 0 })).toBeNull()
})

test('an audit says where it stands', () => {
  const audit = { ruling: null, answerBy: '500', panel: null, panelSize: 32, beaconBlock: '77' } as GoldAuditRow
  expect(auditWords(audit, false)).toContain('Block 77 draws the panel of 32')
  expect(auditWords({ ...audit, panel: [1, 2] }, false)).toContain('to prove on whose side')
  expect(auditWords({ ...audit, panel: [1, 2] }, true)).toContain('Another audit')
  expect(auditWords({ ...audit, ruling: 'upheld' }, false)).toContain('burned')
  expect(auditWords({ ...audit, ruling: 'dismissed' }, true)).toContain('rejection stands')
  expect(auditWords({ ...audit, ruling: 'void' }, false)).toContain('neither side')
})
