import { expect, test } from 'vitest'
import { train } from './classifier.ts'
import { decodePng, encodePng } from './image.ts'
import { classes, imageBytes, readDigits } from './mnist.ts'
import { sample, seeded } from './random.ts'

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)

test('random: a seed repeats itself and samples are distinct', () => {
  const draw = (seed: number) => Array.from({ length: 100 }, seeded(seed))
  expect(draw(1)).toEqual(draw(1))
  expect(draw(1)).not.toEqual(draw(2))
  expect(draw(3).every((value) => value >= 0 && value < 1)).toBe(true)
  expect(new Set(sample(seeded(4), 64, 64)).size).toBe(64)
  expect(() => sample(seeded(4), 65, 64)).toThrow(RangeError)
})

test('MNIST: the published files, with known first answers', () => {
  const digits = readDigits('t10k', range(0, 10))
  expect(digits.map((digit) => digit.label)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
  expect(digits.every((digit) => digit.pixels.length === imageBytes)).toBe(true)
  expect(() => readDigits('t10k', [10_000])).toThrow(RangeError)
})

test('a classifier learns to read digits, and more training reads better', () => {
  const digits = readDigits('train', range(0, 8000))
  const unseen = readDigits('t10k', range(0, 1000))
  const accuracy = (steps: number): number => {
    const classify = train(digits, { square: 2, hidden: 24, steps, learningRate: 0.05 }, seeded(7))
    return unseen.filter((digit) => classify(digit.pixels) === digit.label).length / unseen.length
  }
  const [little, much] = [accuracy(600), accuracy(30_000)]
  expect(little).toBeGreaterThan(2 / classes)
  expect(much).toBeGreaterThan(0.9)
  expect(much).toBeGreaterThan(little)
})

test('image: a digit survives PNG, and a changed byte does not', () => {
  const [digit] = readDigits('t10k', [17])
  const png = encodePng(digit!.pixels)
  expect(decodePng(png)).toEqual(digit!.pixels)
  for (let at = 0; at < png.length; at += 7) {
    const changed = png.slice()
    changed[at]! ^= 0x20
    expect(() => expect(decodePng(changed)).toEqual(digit!.pixels)).toThrow()
  }
})
