import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { circuits } from '../scripts/lib/circuits.ts'
import { CIRCUITS } from '../scripts/lib/paths.ts'
import { circomspect, type Finding, inspect, parseInspection } from '../soundness/findings.ts'
import { isWorkerCircuit } from '../soundness/workerCases.ts'

/** Findings that are right as they are, each with its reason. */
const suppressions = JSON.parse(
  readFileSync(join(CIRCUITS, 'soundness/suppressions.json'), 'utf8'),
) as readonly (Finding & { readonly reason: string })[]

const TIMEOUT = 600_000
/** Sizes of a template differ in numbers that findings do not carry: the smallest of each by default, all at night. */
const names = Object.keys(circuits).filter(
  (name) =>
    process.env.VERITASK_NIGHTLY === '1' || name.endsWith('-64') || name.endsWith('-box-32') || isWorkerCircuit(name),
)

const worded = ({ rule, place, code, message }: Finding): string => `${rule} ${place}: ${code}: ${message}`
const suppressed = (tool: Finding['tool']): string[] => suppressions.filter((each) => each.tool === tool).map(worded)

/** New findings and stale suppressions both make the two lists differ. */
const distinct = (list: readonly string[]): string[] => [...new Set(list)].sort()

describe('static checks', () => {
  it('circom2 --inspect finds exactly what is suppressed', { timeout: TIMEOUT }, async () => {
    const findings: Finding[] = []
    for (const name of names) findings.push(...(await inspect(name)))
    expect(distinct(findings.map(worded))).toEqual(distinct(suppressed('circom')))
  })

  it('circomspect finds exactly what is suppressed', { timeout: TIMEOUT }, async () => {
    expect(distinct((await circomspect()).map(worded))).toEqual(distinct(suppressed('circomspect')))
  })

  it('every suppression has a reason', () => {
    for (const { reason } of suppressions) expect(reason.length).toBeGreaterThan(20)
  })

  it('forged: a warning of the compiler is read, colours and numbers left out', () => {
    const line =
      '\u001b[0m\u001b[1m\u001b[38;5;11mwarning[CA01]\u001b[0m\u001b[1m: In template "Slice(88,0,8)": Array of local signals in contains a total of 80 signals that do not appear in any constraint\u001b[0m'
    expect(parseInspection(`${line}\n${line.replace('88,0', '72,0')}\n`)).toEqual([
      {
        tool: 'circom',
        rule: 'CA01',
        place: 'Slice',
        code: 'in',
        message: 'Array of local signals in contains signals that do not appear in any constraint',
      },
    ])
  })
})
