import { expect, test } from 'vitest'
import { identiconOf } from './identicon'

const HASH = `0x${'12ab'.repeat(16)}`

test('the same hash has the same picture, mirrored left to right', () => {
  expect(identiconOf(HASH)).toEqual(identiconOf(HASH))
  const { cells, size } = identiconOf(HASH)
  for (const { x, y } of cells) expect(cells).toContainEqual({ x: size - 1 - x, y })
})

test('hashes that differ in one digit look different', () => {
  const pictures = Array.from({ length: 16 }, (_, digit) =>
    JSON.stringify(identiconOf(`${HASH.slice(0, -1)}${digit.toString(16)}`)),
  )
  expect(new Set(pictures).size).toBe(16)
})
