import type { Box } from '../labels/codes.js'
import { numberOf, own, quote, WHOLE_TOLERANCE } from '../text/values.js'
import { LabelFileError, type Place } from './errors.js'
import { blank, type Reading } from './reading.js'

/** A box as a file gives it: a class in the task's words, and corner and size in pixels, which need not be whole. */
export type GivenBox = {
  readonly class: unknown
  readonly x: unknown
  readonly y: unknown
  readonly w: unknown
  readonly h: unknown
}

const ADVICE = 'A box needs class, x, y, w and h, in pixels.'

/** The parts of a box under their names: sizes may be called `w` and `h` or `width` and `height`, the class `class` or `label`. */
export function givenBox(fields: Readonly<Record<string, unknown>>, place: Place): GivenBox {
  const part = (short: string, long: string) => {
    const given = [...new Set([short, long])].filter((key) => !blank(fields, key))
    if (given.length === 1) return own(fields, given[0]!)
    throw new LabelFileError({
      ...place,
      reason: given.length === 0 ? `the box has no ${long}` : `the box has both "${short}" and "${long}"`,
      advice: ADVICE,
    })
  }
  return {
    class: part('label', 'class'),
    x: part('x', 'x'),
    y: part('y', 'y'),
    w: part('w', 'width'),
    h: part('h', 'height'),
  }
}

/**
 * A box on whole pixels, by one rule for every format: edges within the tolerance of a pixel are on it, others are refused, or with `roundBoxes`
 * go to the nearest; no edge is moved into the image, and no box without an area gets one.
 */
export function readBox(given: GivenBox, reading: Reading, place: Place): Box {
  const { rules, vocabulary } = reading
  if (rules.kind !== 'box') throw new TypeError('boxes are for box rules')
  const [x, right] = edges(given, ['x', 'w'], rules.width, reading, place)
  const [y, bottom] = edges(given, ['y', 'h'], rules.height, reading, place)
  return { class: vocabulary.readClass(given.class, place), x, y, w: right - x, h: bottom - y }
}

const LENGTH_NAMES = { w: 'width', h: 'height' } as const

/** First pixel of a box in one direction, and the first behind it. */
function edges(
  given: GivenBox,
  [start, length]: readonly ['x', 'w'] | readonly ['y', 'h'],
  pixels: number,
  { roundBoxes = false }: Reading,
  place: Place,
): [number, number] {
  const what = LENGTH_NAMES[length]
  const refuse = (reason: string, advice: string): never => {
    throw new LabelFileError({ ...place, reason, advice })
  }
  const number = (value: unknown, name: string): number =>
    numberOf(value) ?? refuse(`the box's ${name} is ${quote(value)}, which is not a number`, ADVICE)
  const from = number(given[start], start)
  const size = number(given[length], what)
  // Added first: where two noises meet there is no third.
  const to = numberOf(from + size) ?? Number.NaN
  if (size <= 0) refuse(`the box's ${what} is ${size}: it has no area`, 'Draw a box around something.')
  if (from < -WHOLE_TOLERANCE || to > pixels + WHOLE_TOLERANCE)
    refuse(
      `the box goes from ${start} = ${shown(from)} to ${shown(to)}, and does not lie inside its image of ${pixels} pixels`,
      'Draw it inside the image: nothing is cut off.',
    )
  if (!roundBoxes && !(Number.isInteger(from) && Number.isInteger(to)))
    refuse(
      `the box's ${Number.isInteger(from) ? what : start} is ${shown(Number.isInteger(from) ? size : from)} pixels, which is between pixels`,
      'Boxes are on whole pixels. Round them yourself, or let their edges go to the nearest pixel: --round-boxes (in a task file "roundBoxes": true).',
    )
  const [first, last] = [Math.round(from), Math.round(to)]
  if (first === last)
    refuse(`the box's ${what} is ${shown(size)} pixels: rounded it has no area`, 'Draw a box of one pixel or more.')
  return [first, last]
}

const DIGITS = 4
const shown = (value: number) => String(Number(value.toFixed(DIGITS)))
