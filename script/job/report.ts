import { formatUnits } from 'viem'
import { table } from '../lib/table.ts'
import type { CheckResult } from './checks.ts'
import type { TaskResult } from './outcome.ts'

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`)

export function describeTask(task: TaskResult): string[] {
  const amount = (value: bigint): string => `${formatUnits(value, task.token.decimals)} ${task.token.symbol}`
  return [
    `${task.title}: ${task.asks}`,
    `task ${task.taskId}${task.payloadCid === null ? '' : `, payload ${task.payloadCid}`}`,
    '',
    ...table(
      ['worker', 'right', 'agrees', 'outcome', 'paid', 'how'],
      task.workers.map((row) => [
        row.name,
        percent(row.accuracy),
        row.agreement ?? '–',
        row.outcome,
        amount(row.paid),
        row.how,
      ]),
    ),
    '',
    `returned to the requester: ${amount(task.returned)} of ${amount((task.rewardPerSlot + task.feePerSlot) * BigInt(task.slots))}`,
  ]
}

export function describeChecks(checks: readonly CheckResult[]): string[] {
  const failed = checks.filter(({ passed }) => !passed)
  return [
    ...failed.map(({ name, detail }) => `✗ ${name}${detail === undefined ? '' : `: ${detail}`}`),
    `${checks.length - failed.length} of ${checks.length} checks of the main job hold`,
  ]
}
