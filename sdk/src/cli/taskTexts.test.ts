import { type Address, type Hex, parseEther, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Slot, Task } from '../actions/index.js'
import type { BoxRules, ScalarRules } from '../core.js'
import { taskPhases } from '../phase.js'
import { nativeAmount } from '../text/amounts.js'
import { assertLicence } from './licence.js'
import { nextStepOf, nextStepText } from './nextStep.js'
import { agreementText } from './scoreText.js'
import { contentOf, contentText } from './sheetText.js'
import type { TaskFile } from './taskFile.js'
import { assertNoSlips } from './taskSlips.js'
import { costOf, understood } from './understood.js'

const scalar: ScalarRules = {
  ...({ kind: 'distance', capacity: 64, itemCount: 20, goldCount: 8 } as const),
  ...{ thresholdBps: 7500, max: 2, tolerance: 0 },
}
const box = { kind: 'box', maxClass: 1, thresholdBps: 7500 } as BoxRules
const taskId: Hex = `0x${'ab'.repeat(32)}`

describe('a task is said in words before it is created', () => {
  const file = {
    ...({ work: 'labels', title: 'Which animal?', datasetVersionId: taskId, token: zeroAddress, slots: 3 } as const),
    ...{ rewardPerSlot: parseEther('0.5'), gate: undefined, stakePerSlot: undefined, bond: undefined },
    ...{ instructions: '', classes: ['cat', 'dog', 'fox'], records: 'records', items: undefined, joinBy: 7200n },
  } as unknown as TaskFile
  const settlement = {
    kind: 'open-gold',
    rules: scalar,
    gold: [],
    commitBy: 10_800n,
    openBy: 14_400n,
    proveBy: 100_800n,
  }

  test('default: what is asked, who pays what, and the total cost', () => {
    const cost = costOf(file, 'open-gold', { feeBps: 200, goldBondBps: 5000 })
    expect(cost).toEqual({ feePerSlot: parseEther('0.01'), deposit: parseEther('1.53'), bond: 0n })
    const text = understood(file, {
      rules: scalar,
      settlement: settlement as never,
      now: 3600n,
      cost,
      amount: nativeAmount,
    })
    expect(text).toContain('A worker must agree with at least 6 of the 8 (75%) to be paid.')
    expect(text).toMatch(/classes +0 cat, 1 dog, 2 fox/)
    expect(text).toMatch(/join by +1970-01-01 .* \(in 1 h\)/)
    expect(text).toMatch(/prove by +1970-01-0[12] .* \(in 1 d 3 h\)/)
    expect(text).toMatch(/pays +0\.5 ETH to each of 3 workers, and a fee of 0\.01 ETH each/)
    expect(text).toMatch(/total cost +1\.53 ETH into escrow now/)
  })

  test('hidden gold: the bond that is locked', () => {
    const cost = costOf(file, 'hidden-gold', { feeBps: 0, goldBondBps: 5000 })
    expect(cost.bond).toBe(parseEther('0.75'))
    expect(understood(file, { rules: scalar, settlement: undefined, now: 0n, cost, amount: nativeAmount })).toMatch(
      /you lock +0\.75 ETH of your free stake/,
    )
  })
})

describe('mistakes that cost money are refused', () => {
  const slips = (rules: object) => () => assertNoSlips('task.json', { ...scalar, ...rules })

  test('a threshold in percent', () => {
    expect(slips({ thresholdBps: 75 })).toThrow(
      'is 75, which is 0.75 %: it counts in basis points, so that 75 % is 7500',
    )
    expect(slips({ thresholdBps: 7500 })).not.toThrow()
    expect(slips({ thresholdBps: 0 })).not.toThrow()
  })

  test.each(['MIT', 'CC-BY-4.0', 'CC0-1.0', '(MIT OR Apache-2.0)', 'LicenseRef-our-terms'])(
    '%s is a licence',
    (licence) => expect(() => assertLicence(licence)).not.toThrow(),
  )
  test.each(['whatever I like', 'CC-BY', 'cc0', '', 'MIT,Apache-2.0'])('"%s" is none', (licence) =>
    expect(() => assertLicence(licence)).toThrow('is no SPDX licence expression'),
  )
})

describe('what was proven of a slot', () => {
  const task = (kind: Task['kind']) => ({ kind, rules: { goldCount: 8 } })
  test('opened gold: the threshold was reached, and no score', () =>
    expect(agreementText(task('open-gold'), 7500)).toBe('at least 6 of 8'))
  test('hidden gold: the score itself', () => expect(agreementText(task('hidden-gold'), 8750)).toBe('7 of 8'))
  test('hidden gold: as the chain rounds', () =>
    expect(agreementText({ kind: 'hidden-gold', rules: { goldCount: 3 } }, 6666)).toBe('2 of 3'))
  test('consensus: the proven agreement', () => expect(agreementText(task('consensus'), 9050)).toBe('90.5 %'))
  test('nothing', () => expect(agreementText(task('open-gold'), 0)).toBe('-'))
})

describe('what a sheet holds', () => {
  test('classes by name, most often first', () => {
    const content = contentOf([0, 2, 2, 1, 2], scalar, ['cat', 'dog', 'fox'])
    expect(contentText(content)).toBe('5 labels: 3 fox, 1 cat, 1 dog')
  })
  test('sets, boxes, and all the same', () => {
    expect(contentText(contentOf([0b101, 0b100, 0], { ...scalar, kind: 'set', max: 7 }, ['a', 'b', 'c']))).toBe(
      '3 labels: 2 c, 1 a',
    )
    expect(contentText(contentOf([{ class: 1, x: 0, y: 0, w: 1, h: 1 }], box, ['car', 'bus']))).toBe('1 label: 1 bus')
    expect(contentText(contentOf([1, 1], scalar, []))).toBe('2 labels: 2 1 (all of them the same)')
  })
})

describe('the next step', () => {
  const task = (phase: string, kind = 'open-gold') =>
    ({ taskId, kind, phase, rules: scalar, terms: { aggregator: zeroAddress as Address } }) as unknown as Task
  const slot = (wrappedAt: bigint) => ({ state: 'joined', wrappedAt }) as Slot

  test('is that of the requester while workers wait for the key to the items', () => {
    expect(nextStepText(nextStepOf(task('joining'), [slot(0n), slot(5n)]))).toBe(
      `requester: give 1 worker the key to the items (veritask task assign ${taskId})`,
    )
    expect(nextStepOf(task('joining'), [slot(5n)])).toMatchObject({
      who: 'workers',
      command: `veritask work join ${taskId}`,
    })
  })
  test('names who must take it', () => {
    expect(nextStepOf(task('opening'), []).who).toBe('requester')
    expect(nextStepOf(task('aggregating', 'consensus'), []).who).toBe('requester')
    expect(nextStepOf(task('settling'), []).who).toBe('anyone')
    expect(nextStepText(nextStepOf(task('completed'), []))).toBe('the task is over')
  })
  test('every phase has one', () => {
    for (const phase of taskPhases) expect(nextStepOf(task(phase), []).what).not.toBe('')
  })
})
