import { expect, test } from 'vitest'
import { isPublishedRule } from './impossible'

const first = '345992028150634269671275576972968247270385140989482499600255522602241071519'
const second = '83577177767855870033834370309792177977988780494299650668983254575520033977'

test('the published rule is told from any other choice', () => {
  expect(isPublishedRule([first, second])).toBe(true)
  expect(isPublishedRule([second, first])).toBe(false)
  expect(isPublishedRule([first, '1'])).toBe(false)
  expect(isPublishedRule(['<b>'])).toBe(false)
})
