import { TextFileError } from './errors.js'

const ADVICE = 'Check the brackets, quotes and commas around there.'
const NAME_LENGTH = 40
const STRING = /"(?:[^"\\]|\\.)*"/y

/**
 * JSON, and nothing that JSON readers disagree on: a key that an object has twice is refused, where `JSON.parse` takes the last one.
 *
 * @throws {@link TextFileError} with the line. It never repeats values of the file.
 *
 * @example
 * import { parseJson } from '@veritask/sdk'
 *
 * const task = parseJson('{"title": "Which animal?"}')
 */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The engine's message would repeat the text.
    throw new TextFileError({ reason: 'is not JSON', advice: ADVICE })
  }
  refuseRepeatedKeys(text)
  return value
}

/** Walks over text that is known to be JSON: a text before a colon is a key of the innermost object. */
function refuseRepeatedKeys(text: string): void {
  const open: (Set<string> | undefined)[] = []
  let position = 0
  while (position < text.length) {
    const character = text[position]
    if (character === '"') {
      STRING.lastIndex = position
      const source = STRING.exec(text)?.[0] ?? '"'
      position += source.length
      const keys = open.at(-1)
      if (!keys || !nextIsColon(text, position)) continue
      const key = JSON.parse(source) as string
      if (keys.has(key))
        throw new TextFileError({
          line: (text.slice(0, position).match(/\n/g)?.length ?? 0) + 1,
          reason: `has the key "${key.slice(0, NAME_LENGTH).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')}" twice in one object`,
          advice: 'Give each key once: it is not clear which one counts.',
        })
      keys.add(key)
      continue
    }
    if (character === '{') open.push(new Set())
    if (character === '[') open.push(undefined)
    if (character === '}' || character === ']') open.pop()
    position++
  }
}

function nextIsColon(text: string, from: number): boolean {
  let position = from
  while (/\s/.test(text[position] ?? '')) position++
  return text[position] === ':'
}
