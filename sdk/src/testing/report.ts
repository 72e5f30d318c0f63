import { expect } from 'vitest'
import type { VeritaskClient } from '../actions/internal/context.js'
import { type TaskCheck, type VerifyTaskParameters, verifyTask } from '../actions/verifyTask.js'

type Verifying = Omit<VerifyTaskParameters, 'manifest'>

/** The report of a task in which nothing failed; with `open` each of these is among what is not proven. */
export async function soundReport(client: VeritaskClient, parameters: Verifying, open: readonly RegExp[] = []) {
  const report = await verifyTask(client, parameters)
  expect(report.checks.filter(({ status }) => status === 'failed')).toEqual([])
  expect(report.valid).toBe(true)
  for (const sentence of open)
    expect(report.notProven).toEqual(expect.arrayContaining([expect.stringMatching(sentence)]))
  const of = (name: TaskCheck['name'], slot?: number) =>
    report.checks.filter((check) => check.name === name && (slot === undefined || check.slot === slot))
  return { ...report, of }
}

/** Names of the checks that fail when it is verified so. */
export async function failedChecks(client: VeritaskClient, parameters: Verifying): Promise<string[]> {
  const { valid, checks } = await verifyTask(client, parameters)
  const failed = checks.filter(({ status }) => status === 'failed')
  expect(valid).toBe(failed.length === 0)
  return [...new Set(failed.map(({ name }) => name))]
}
