import { describe, expect, test } from 'vitest'
import type { Slot, Task } from '../actions/index.js'
import { goldWarning, overturnText, rejectionLines, slotStateText } from './goldText.js'

const rules = {
  kind: 'distance',
  capacity: 64,
  itemCount: 64,
  goldCount: 16,
  thresholdBps: 7500,
  max: 9,
  tolerance: 0,
} as const

describe('goldWarning', () => {
  test.each([
    ['a way to be heard', 3, rules, undefined],
    [
      'no third opinion',
      2,
      rules,
      /^hidden gold with 2 slots leaves no third opinion: .* from 3 submissions on\. No rejection costs a stake here\.$/,
    ],
    ['one slot', 1, rules, /^hidden gold with 1 slot leaves/],
    [
      'few gold items',
      5,
      { ...rules, goldCount: 4 },
      /^so few gold items decide .* from 6 submissions on, and the task has 5 slots\. No such rejection costs a stake\.$/,
    ],
  ] as const)('default: %s', (_, slots, given, expected) => {
    const warning = goldWarning({ slots, rules: given })
    if (expected === undefined) expect(warning).toBeUndefined()
    else expect(warning).toMatch(expected)
  })
})

test('overturnText says how many have to submit, as the gold asks for it', () => {
  expect(overturnText({ slots: 8, rules })).toBe('overturned from 3 submissions on')
  expect(overturnText({ slots: 8, rules: { ...rules, goldCount: 8 } })).toBe('overturned from 4 submissions on')
})

type HiddenGoldTask = Extract<Task, { kind: 'hidden-gold' }>

describe('rejectionLines', () => {
  const task = {
    taskId: '0x12',
    rejected: 2,
    mostDisputedItems: 7,
    allowedMistakes: 4,
    overturnedItems: 0,
    rules,
    openAudits: 0,
    mayAsk: false,
    auditKeysFrozen: false,
    audits: [],
    rejectionsPendingUntil: 400n,
    timestamp: 250n,
    auditWindow: 100n,
    terms: { scoreBy: 300n },
  } as unknown as HiddenGoldTask
  const audit = {
    slot: 1,
    challenger: '0xabc',
    answerBy: 450n,
    population: 40,
    panelSize: 32,
    ofAccepted: true,
    beaconBlock: 77n,
    drawn: false,
    audited: 0,
    disputedItems: 5,
    withGold: 0,
    withChallenger: 0,
    overturnedItems: 0,
    closed: false,
    ruling: undefined,
  }
  const line = (change: object) => rejectionLines({ ...task, ...change }).rejected

  test('default: until when it is provisional, and what its worker does', () => {
    expect(rejectionLines({ ...task, rejected: 0 })).toEqual({})
    expect(line({})).toMatch(
      /^2 slots, provisional until .*: from .* to .* its worker asks .*`task dispute 0x12 --slot N` \(another's may not reach it\)$/,
    )
    const one = { openAudits: 1, rejectionsPendingUntil: 450n, audits: [audit] }
    const asked = line({ ...one, timestamp: 350n, mayAsk: true })
    expect(asked).toMatch(
      /^2 slots, provisional until 19(69|70)-.*:\d\d:30 [+-]\d\d:\d\d \(.* ago\); 1 audit open; until 19(69|70)-.*:40 .* its/,
    )
    expect(line({ ...one, timestamp: 420n })).not.toContain('task dispute')
    expect(line({ overturnedItems: 3 })).toBe(
      '2 slots, redressed: audits overturned 3 of 16 gold items. Pay what is left with `task settle 0x12`',
    )
    expect(line({ ...one, overturnedItems: 2, timestamp: 350n })).toContain(
      'audits overturned 2 of 16 gold items, and `task settle 0x12` pays who lacks no more than that; 1 audit open',
    )
    expect(line({ rejectionsPendingUntil: undefined })).toMatch(/decided\. What is left ends with `task settle/)
    // Where every slot has ended, nothing is left to settle.
    expect(line({ phase: 'completed', overturnedItems: 3 })).toBe(
      '2 slots, redressed: audits overturned 3 of 16 gold items',
    )
    expect(line({ phase: 'completed', rejectionsPendingUntil: undefined })).toBe('2 slots, decided')
  })

  test('default: what anyone may decide is said, with how', () => {
    const one = { openAudits: 1, rejectionsPendingUntil: 450n, audits: [audit] }
    expect(line({ ...one, timestamp: 451n })).toBe(
      '2 slots, provisional; 1 audit open; anyone decides it with `task audit 0x12 --close`',
    )
    expect(line({ ...one, timestamp: 450n })).not.toContain('--close')
    const two = { openAudits: 2, rejectionsPendingUntil: 480n, audits: [audit, { ...audit, slot: 2, answerBy: 480n }] }
    expect(line({ ...two, timestamp: 451n })).toContain('2 audits open; anyone decides 1 of them with `task audit')
    expect(line({ ...two, timestamp: 420n, auditKeysFrozen: true })).toContain('anyone decides them with')
    const proven = { ...audit, audited: 32 }
    expect(line({ ...one, timestamp: 420n, audits: [proven] })).toContain('anyone decides it with')
  })

  test('default: each audit with where it stands', () => {
    const text = (change: object, more: object = {}) =>
      rejectionLines({ ...task, ...more, audits: [{ ...audit, ...change }] } as HiddenGoldTask)['audit of slot 1']
    expect(text({})).toMatch(/^its panel of 32 is drawn by block 77, .*, asked for by 0xabc$/)
    expect(text({ drawn: true, audited: 3, withChallenger: 9 })).toMatch(
      /^3 of 32 slots proven, 0 answers with the gold, 9/,
    )
    const late = text({ drawn: true, audited: 3 }, { timestamp: 451n })
    expect(late).toMatch(/^3 of 32 .*: its time is over, and anyone decides it with `task audit 0x12 --close`, asked/)
    expect(text({ drawn: true, audited: 32 })).toMatch(/^32 of 32 .*: anyone decides it with `task audit/)
    expect(text({}, { auditKeysFrozen: true })).toMatch(/a key is frozen, so it is void, and anyone decides it/)
    expect(text({ drawn: true, closed: true, ruling: 'dismissed' })).toMatch(/^dismissed: /)
    expect(text({ drawn: true, closed: true, ruling: 'upheld', overturnedItems: 1 })).toMatch(
      /^upheld: .*, 1 gold item overturned, asked for/,
    )
    expect(text({ drawn: true }, { overturnedItems: 3 })).toMatch(/^over: every rejected slot is redressed/)
  })
})

test('slotStateText', () => {
  const slot = { state: 'joined', ending: 'none', outcome: 'pending', rejection: undefined } as Slot
  const rejection = { agreements: 5, audit: 'none' } as const
  expect(slotStateText(slot)).toBe('joined')
  expect(slotStateText({ ...slot, rejection })).toBe('rejected, provisionally')
  expect(slotStateText({ ...slot, rejection, outcome: 'redressed' })).toBe('joined (redressed when settled)')
  expect(slotStateText({ ...slot, rejection, state: 'returned', ending: 'rejected' })).toBe('returned (rejected)')
})
