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
  expect(goldRisks({ ...task, slots: 1 })?.lines[0]).toMatch(/^1 slot leaves no third/)
  expect(goldRisks({ ...task, slots: 5, rules: { ...rules, goldCount: 4 } })).toMatchObject({
    severe: true,
    lines: [expect.stringMatching(/^So few gold items.*takes 6 submissions, and there are 5 slots/), expect.anything()],
  })
  expect(goldRisks({ ...task, kind: 'open-gold' })).toBeNull()
})

test('how many have to submit is said as the gold asks for it', () => {
  const task = { kind: 'hidden-gold', slots: 8 }
  expect(goldRisks({ ...task, rules })?.lines[0]).toContain('if 3 or more submit')
  // Three gold items on which the nearest rejection disagrees: three others have nine answers, two have six.
  expect(goldRisks({ ...task, rules: { ...rules, goldCount: 8 } })?.lines[0]).toContain('if 4 or more submit')
})

const rejections = {
  kind: 'hidden-gold',
  rejected: 2,
  overturnedItems: 0,
  allRedressed: false,
  openAudits: 1,
  unprovenAudits: 1,
  auditKeysFrozen: false,
  rejectionsPendingUntil: '500',
  mayAsk: false,
  deadlines: { disputableUntil: '400', answerBy: '500' } as TaskRow['deadlines'],
}

test('a provisional rejection says until when, and what its worker may do', () => {
  const words = rejectionWords({ ...rejections, mayAsk: true }, 350)
  expect(words).toMatchObject({ tone: 'wait' })
  expect(words?.text).toMatch(/^2 slots rejected, provisionally.*1 audit of the gold is open.*may ask for an audit/)
  expect(rejectionWords(rejections, 350)?.text).not.toContain('may ask')
  expect(rejectionWords({ ...rejections, overturnedItems: 3, allRedressed: true }, 350)).toMatchObject({
    tone: 'good',
    text: expect.stringMatching(/overturned 3 items of the gold\. Every rejected slot is paid/),
  })
  expect(rejectionWords({ ...rejections, overturnedItems: 1 }, 350)).toMatchObject({
    tone: 'wait',
    text: expect.stringMatching(/overturned 1 item of the gold\. Who would have passed with that is paid/),
  })
  expect(rejectionWords({ ...rejections, rejectionsPendingUntil: null }, 350)).toBeNull()
  expect(rejectionWords({ ...rejections, mayAsk: true, rejected: 0 }, 350)).toBeNull()
})

test('open audits that anyone may decide are named, with how', () => {
  const text = (change: object, now: number) => rejectionWords({ ...rejections, ...change }, now)?.text
  expect(text({}, 500)).not.toContain('task audit --close')
  expect(text({}, 501)).toMatch(/held until open audits are decided\..*has missed one.*task audit --close/)
  // Another one has time left; the first that is missed decides.
  const two = { openAudits: 2, unprovenAudits: 2, rejectionsPendingUntil: '600' }
  expect(text(two, 501)).toMatch(/held until .* at least\..*2 audits .* are open\..*has missed one.*task audit --close/)
  expect(text({ unprovenAudits: 0 }, 450)).toMatch(/Of 1 the panel is proven\. Anyone may decide that now/)
  expect(text({ auditKeysFrozen: true }, 450)).toMatch(/A key is frozen: what is not proven is void\. Anyone may/)
  expect(text({ auditKeysFrozen: true }, 501)).not.toContain('missed')
})

test('an audit says where it stands', () => {
  const panelSize = 32
  const audit = {
    ruling: null,
    answerBy: '500',
    panel: null,
    panelSize,
    audited: 3,
    disputedItems: 6,
    beaconBlock: '77',
  } as GoldAuditRow
  const task = {
    allowedMistakes: 4,
    overturnedItems: 0,
    mostDisputedItems: 6,
    allRedressed: false,
    auditKeysFrozen: false,
  }
  const drawn = { ...audit, panel: [1, 2] }
  expect(auditWords(audit, task, 500)).toContain('Block 77 draws the panel of 32')
  expect(auditWords(drawn, task, 500)).toContain('to prove on whose side')
  expect(auditWords(drawn, task, 501)).toMatch(/did not prove the panel in time.*task audit --close/)
  expect(auditWords({ ...drawn, audited: 32 }, task, 400)).toMatch(/^The panel is proven\. Anyone may decide that now/)
  expect(auditWords(drawn, { ...task, auditKeysFrozen: true }, 501)).toMatch(/is void.*task audit --close/)
  const over = { ...task, overturnedItems: 2, allRedressed: true }
  expect(auditWords(drawn, over, 501)).toContain('this one is over')
  expect(auditWords({ ...audit, ruling: 'upheld' }, over, 501)).toContain('burned')
  expect(auditWords({ ...audit, ruling: 'dismissed' }, task, 501)).toMatch(/rejection stands.* half to the treasury/)
  expect(auditWords({ ...audit, ruling: 'dismissed' }, over, 501)).toMatch(/other audits overturned .* is paid too/)
  // Of another slot, which disagrees with less.
  const partly = { ...over, overturnedItems: 1, allRedressed: false }
  expect(auditWords({ ...audit, ruling: 'dismissed' }, partly, 501)).toContain('rejection stands')
  expect(auditWords({ ...audit, ruling: 'dismissed', disputedItems: 5 }, partly, 501)).toContain('is paid too')
  expect(auditWords({ ...audit, ruling: 'void', disputedItems: 5 }, partly, 501)).toContain('it is paid')
  expect(auditWords({ ...audit, ruling: 'void' }, task, 501)).toContain('neither side')
})
