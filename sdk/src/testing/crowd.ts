import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Where data that is not part of this repository may lie; `VERITASK_DATA` names another place. */
const directory = process.env.VERITASK_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** Mallard or not: 39 workers, 108 images, each labelled by each. */
export const duckAnswers = `${directory}/crowd-labels/d_duck_identification/answer.csv`
export const haveDucks = existsSync(duckAnswers)

/** One row of labels per worker; workers and questions in the order of their numbers. */
export async function readCrowd(path: string): Promise<readonly (readonly number[])[]> {
  const rows = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number) as [question: number, worker: number, answer: number])
  const numbers = (column: 0 | 1) => [...new Set(rows.map((row) => row[column]))].sort((a, b) => a - b)
  const questions = numbers(0)
  return numbers(1).map((worker) => {
    const own = new Map(rows.filter((row) => row[1] === worker).map(([question, , answer]) => [question, answer]))
    return questions.map((question) => {
      const answer = own.get(question)
      if (answer === undefined) throw new Error(`worker ${worker} did not answer question ${question}`)
      return answer
    })
  })
}

/** The majority label of each item, lowest on ties, counted with nothing of the code under test. */
export function plainMajority(rows: readonly (readonly number[])[]): number[] {
  return rows[0]!.map((_, item) => {
    const votes = [0, 0, 0, 0]
    for (const row of rows) votes[row[item]!]! += 1
    let best = 0
    votes.forEach((count, label) => {
      if (count > votes[best]!) best = label
    })
    return best
  })
}
