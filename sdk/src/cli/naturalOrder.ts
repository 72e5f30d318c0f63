/** Compares names as people order them, 2 before 10; the same on every machine and in every language. */
export function compareNatural(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)]
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const [a, b] = [left[index]!, right[index]!]
    const order = isDigits(a) && isDigits(b) ? compareNumbers(a, b) : compareText(a, b)
    if (order !== 0) return order
  }
  // "01" and "1" are one number and two names.
  return left.length - right.length || compareText(one, other)
}

const partsOf = (name: string) => name.match(/\d+|\D+/g) ?? []
const isDigits = (part: string) => /^\d/.test(part)

function compareNumbers(one: string, other: string): number {
  const [a, b] = [one.replace(/^0+(?=\d)/, ''), other.replace(/^0+(?=\d)/, '')]
  return a.length - b.length || compareText(a, b)
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
