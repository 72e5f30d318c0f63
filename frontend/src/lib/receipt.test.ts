import { expect, test } from 'vitest'
import { circuitWords, deliverySize, hexBytes, namedSignals, proofWords } from './receipt'

test('four signals carry the labelling names, in the circuits’ order', () => {
  const names = namedSignals({ publicSignals: ['1', '2', '3', '4'] }).map(({ name, value }) => `${name}=${value}`)
  expect(names).toEqual(['digest=1', 'evaluation=2', 'context=3', 'alpha=4'])
})

test('another number of signals is only numbered', () => {
  expect(namedSignals({ publicSignals: ['9'] })).toEqual([{ name: 'signal 0', meaning: '', value: '9' }])
})

test('signals of a statement say what the task fixed', () => {
  const statement = { keyId: '0x', contextIndex: 1, pinned: '5', signals: ['7', '0', '9', '0'] }
  const meanings = namedSignals({ publicSignals: ['7', '8', '9', '10'] }, statement).map(({ meaning }) => meaning)
  expect(meanings).toEqual([
    'fixed by the requester',
    'binds chain, contract, task, slot, payout address and key',
    'fixed by the requester',
    "the worker's own",
  ])
})

test('a proof is eight words, and anything else is shown whole', () => {
  const proof = `0x${Array.from({ length: 8 }, (_, word) => String(word).repeat(64)).join('')}`
  const words = proofWords(proof)
  expect(words?.map(({ name }) => name)).toEqual([
    'A.x',
    'A.y',
    'B.x imaginary',
    'B.x real',
    'B.y imaginary',
    'B.y real',
    'C.x',
    'C.y',
  ])
  expect(words?.[2]?.value).toBe(`0x${'2'.repeat(64)}`)
  expect(proofWords('0x1234')).toBeUndefined()
  expect(hexBytes(proof)).toBe(256)
})

test('a delivery is words of labels and one of salt', () => {
  expect(deliverySize({ ephemeralKey: ['1', '2'], ciphertext: ['1', '2', '3', '4'] })).toEqual({
    words: 4,
    labelWords: 3,
    bytes: 128,
  })
})

test('the statement follows from the circuit', () => {
  expect(circuitWords('open-gold-scalar-64')).toBe('Agreement with the opened gold')
  expect(circuitWords('legality-box-32')).toBe('Labels are legal and delivered')
  expect(circuitWords('score-scalar-256')).toBe('Score against the hidden gold')
  expect(circuitWords('audit-scalar-64')).toBe('On whose side the slot is in a gold audit')
  expect(circuitWords('consensus-64')).toBe('The majority, and who agrees with it')
  expect(circuitWords('tally-256')).toBe('Votes added to the counts')
  expect(circuitWords('decide-256')).toBe('The majority of all counts')
  expect(circuitWords('agree-256')).toBe('Who agrees with the majority')
  expect(circuitWords(null)).toBe('Statement')
})
