import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CircuitDefinition, circuits } from '../scripts/lib/circuits.ts'
import { CIRCUITS } from '../scripts/lib/paths.ts'
import { circomspect, type Finding, inspect, parseInspection } from '../soundness/findings.ts'

/** Findings that are right as they are, each with its reason. */
const suppressions = JSON.parse(
  readFileSync(join(CIRCUITS, 'soundness/suppressions.json'), 'utf8'),
) as readonly (Finding & { readonly reason: string })[]

const TIMEOUT = 600_000
const nightly = process.env.VERITASK_NIGHTLY === '1'
/** Sizes of a template differ in numbers that findings do not carry: the smallest of each by default, all at night. */
const SMALL: Readonly<Record<string, readonly number[]>> = {
  'consensus-64': [6, 2],
  'tally-256': [6, 2],
  'decide-256': [6],
  'agree-256': [6, 2],
  'reputation-5': [2, 2],
}
const inspected: readonly CircuitDefinition[] = Object.entries(circuits)
  .filter(([name]) => nightly || name in SMALL || name.endsWith('-64') || name.endsWith('-box-32'))
  .map(([name, circuit]) => ({
    ...circuit,
    parameters: nightly ? circuit.parameters : (SMALL[name] ?? circuit.parameters),
  }))

const worded = ({ rule, place, code, message }: Finding): string => `${rule} ${place}: ${code}: ${message}`
const suppressed = (tool: Finding['tool']): string[] => suppressions.filter((each) => each.tool === tool).map(worded)

/** New findings and stale suppressions both make the two lists differ. */
const distinct = (list: readonly string[]): string[] => [...new Set(list)].sort()

describe('static checks', () => {
  it('circom2 --inspect finds exactly what is suppressed', { timeout: TIMEOUT }, async () => {
    const findings: Finding[] = []
    for (const definition of inspected) findings.push(...(await inspect(definition)))
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
