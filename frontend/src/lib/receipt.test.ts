import { expect, test } from 'vitest'
import { deliverySize, hexBytes, namedSignals, proofWords, statementWords } from './receipt'

test('four signals carry the labelling names, in the circuits’ order', () => {
  const names = namedSignals({ publicSignals: ['1', '2', '3', '4'] }).map(({ name, value }) => `${name}=${value}`)
  expect(names).toEqual(['digest=1', 'evaluation=2', 'context=3', 'alpha=4'])
})

test('another number of signals is only numbered', () => {
  expect(namedSignals({ publicSignals: ['9'] })).toEqual([{ name: 'signal 0', meaning: '', value: '9' }])
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
  expect(statementWords('open-gold-scalar-64')).toBe('Agreement with the opened gold')
  expect(statementWords('legality-box-32')).toBe('Labels are legal and delivered')
  expect(statementWords('score-scalar-256')).toBe('Score against the hidden gold')
  expect(statementWords('audit-scalar-64')).toBe('Agreement with each hidden gold item')
  expect(statementWords('consensus-64')).toBe('The majority, and who agrees with it')
  expect(statementWords('tally-256')).toBe('Votes added to the counts')
  expect(statementWords('decide-256')).toBe('The majority of all counts')
  expect(statementWords('agree-256')).toBe('Who agrees with the majority')
  expect(statementWords(null)).toBe('Statement')
})
