import { LabelFileError } from './errors.js'
import {
  boxOf,
  checked,
  classNumber,
  isRecord,
  type LabelRecord,
  type LabelTarget,
  own,
  type Place,
  quote,
  setOf,
  setOfText,
  wholeNumber,
} from './values.js'

const MAX_LINE_CHARACTERS = 10_000

/** `{"item": 0, "label": 7}`; sets may give `"labels": ["cat", "dog"]`, boxes `"box": {"class", "x", "y", "w", "h"}`. */
export function parseJsonl(text: string, target: LabelTarget): LabelRecord[] {
  return text.split('\n').flatMap((source, index) => {
    const place = { line: index + 1 }
    const line = index === 0 ? source.replace(/^\uFEFF/, '').trim() : source.trim()
    if (line === '') return []
    if (line.length > MAX_LINE_CHARACTERS)
      throw new LabelFileError({
        ...place,
        reason: `the line is longer than ${MAX_LINE_CHARACTERS} characters`,
        advice: 'Give one small JSON object per line.',
      })
    const value = parseLine(line, place)
    const item = wholeNumber(own(value, 'item'), 'the item', place)
    const label = own(value, 'label')
    const labels = own(value, 'labels')
    if (target.rules.kind === 'box') {
      const box = own(value, 'box') ?? label
      if (!isRecord(box))
        throw new LabelFileError({
          ...place,
          reason: `the box is ${quote(box)}`,
          advice: 'Give "box": {"class": 0, "x": 0, "y": 0, "w": 1, "h": 1}, in pixels.',
        })
      return [checked(boxOf(box, target, place), item, target, place)]
    }
    const scalar =
      target.rules.kind === 'set' ? setIn(labels ?? label, target, place) : classNumber(label, target, place)
    return [checked(scalar, item, target, place)]
  })
}

/** A list of classes, a text as in a CSV cell, or the number of a bit-set. */
function setIn(value: unknown, target: LabelTarget, place: Place): number {
  if (Array.isArray(value)) return setOf(value, target, place)
  return typeof value === 'string' ? setOfText(value, target, place) : wholeNumber(value, 'the label', place)
}

function parseLine(line: string, place: { line: number }): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    if (isRecord(value)) return value
  } catch {
    // Told below: the parser's own message would repeat the file's text.
  }
  throw new LabelFileError({
    ...place,
    reason: 'it is not a JSON object',
    advice: 'Every line is one object like {"item": 0, "label": 7}.',
  })
}
