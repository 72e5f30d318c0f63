import { type Hex, isHex, size } from 'viem'
import type { TaskCheck, VerifyReceiptReturnType, VerifyTaskReturnType } from '../../actions/index.js'
import { freezeText } from '../../actions/verifierKeys.js'
import { TaskNotFoundError } from '../../errors/contract.js'
import { amountsOf } from '../../text/amounts.js'
import { plain } from '../../text/plain.js'
import { command, requiredText, textOf } from '../command.js'
import { type Context, readJson } from '../context.js'
import { UsageError } from '../errors.js'
import { type Answer, count, table, toJson, withProgress } from '../output.js'
import { compareReceipt, type ReceiptFile, readReceiptFile } from '../receiptFile.js'
import { writeNew } from '../written.js'

type Line = Pick<TaskCheck, 'status' | 'detail'> & { readonly about: string; readonly name: string }

const MARKS = { ok: '✓', failed: '✗', skipped: '–' } as const

export const verify = command({
  name: 'verify',
  description: 'Check everything behind a task or a receipt, line by line; exit code 1 if a check fails',
  args: {
    what: { type: 'positional', required: true, description: 'Task id, receipt id, or a file with a receipt' },
    out: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Of a receipt: write it to a file that can be verified later',
    },
  },
  run: async (context, flags) => {
    const what = requiredText(flags, 'what')
    const out = textOf(flags, 'out')
    if (isHex(what)) {
      if (size(what) !== 32) throw new UsageError('A task id or receipt id is 0x and 64 hex digits.')
      const id = what.toLowerCase() as Hex
      const client = await context.reader()
      const isTask = await client.getTask({ taskId: id }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof TaskNotFoundError) return false
          throw error
        },
      )
      if (!isTask) return verifyReceiptOf(context, { receiptId: id }, out)
      if (out) throw new UsageError('--out is for a receipt, and this is a task.', 'Use --json for the whole report.')
      return verifyTaskOf(context, id)
    }
    const advice = 'Give a task id, a receipt id, or a JSON file with a receiptId.'
    return verifyReceiptOf(context, readReceiptFile(await readJson(what, advice), what), out)
  },
})

async function verifyTaskOf(context: Context, taskId: Hex): Promise<Answer> {
  const client = await context.reader()
  const report = await withProgress('Verifying', context.json, (show) =>
    client.verifyTask({
      taskId,
      store: context.contents(),
      onProgress: ({ done, of, what }) => show(done / of, what),
    }),
  )
  const amount = await amountsOf(client, report.task.token)
  const lines = report.checks.map((check): Line => ({ ...check, about: aboutOf(check) }))
  const { task, notProven } = report
  const head = [
    `task ${taskId}: ${plain(task.title)}`,
    `${task.kind}, ${task.phase}; ${task.joined} of ${task.slots} slots taken, ${task.ended} ended; ${amount(task.rewardPaid)} paid, ${amount(task.returned)} returned, ${amount(task.escrow)} held`,
  ].join('\n')
  return {
    data: report satisfies VerifyTaskReturnType,
    text: reportText(head, lines, notProven),
    failed: !report.valid,
  }
}

async function verifyReceiptOf(context: Context, given: ReceiptFile, out: string | undefined): Promise<Answer> {
  const client = await context.reader()
  const { receiptId } = given
  const { chainId } = await context.deployment()
  const found = await withProgress('Verifying', context.json, (show) => {
    show(0, 'receipt')
    return client.verifyReceipt({ receiptId })
  })
  const { receipt, laterFreeze } = found
  const lines: Line[] = [
    ...compareReceipt(given, { ...receipt, chainId }),
    ...found.checks.map(({ name, description, passed, detail }) => ({
      name,
      about: '',
      status: passed ? ('ok' as const) : ('failed' as const),
      detail: detail ? `${description} ${detail}` : description,
    })),
    ...(laterFreeze
      ? [
          {
            name: 'key-frozen',
            about: '',
            status: 'failed' as const,
            detail: `The key was frozen since: ${freezeText(laterFreeze)}`,
          },
        ]
      : []),
  ]
  const valid = lines.every(({ status }) => status !== 'failed')
  if (out && valid) await writeNew(out, `${toJson({ chainId, ...receipt })}\n`)
  const head = `receipt ${receiptId}: ${receipt.statement}, slot ${receipt.slot} of task ${receipt.taskId}`
  const checks = lines.map(({ about: _, ...line }) => line)
  return {
    data: {
      valid,
      checks,
      notProven: openOf(found),
      receipt: { chainId, ...receipt },
      ...(laterFreeze ? { laterFreeze } : {}),
    },
    text: `${reportText(head, lines, openOf(found))}${out && valid ? `\nwritten to ${out}` : ''}`,
    failed: !valid,
  }
}

/** What a sound receipt leaves open. */
function openOf({ checks, receipt }: VerifyReceiptReturnType): string[] {
  const development = checks.some(({ name, detail }) => name === 'key-status' && detail?.startsWith('development'))
  return [
    ...(development
      ? [
          `Anything, against whoever knows how key ${receipt.keyId} was made: it is a development key, no ceremony stands behind it.`,
        ]
      : []),
    `What else happened in the task: \`veritask verify ${receipt.taskId}\` checks all of it.`,
  ]
}

function aboutOf({ slot, keyId }: TaskCheck): string {
  if (slot !== undefined) return `slot ${slot}`
  return keyId ? `key ${keyId.slice(0, 10)}…` : ''
}

function reportText(head: string, lines: readonly Line[], notProven: readonly string[]): string {
  const rows = lines.map(({ status, about, name, detail }) => [MARKS[status], about, name, detail])
  const of = (status: Line['status']) => lines.filter((line) => line.status === status).length
  const failed = lines.filter(({ status }) => status === 'failed')
  const verdict =
    failed.length === 0
      ? `${count(of('ok'), 'check')} passed, none failed, ${of('skipped')} skipped`
      : `FAILED: ${failed.map(({ name, about }) => (about === '' ? name : `${name} of ${about}`)).join(', ')}`
  const open =
    notProven.length === 0 ? '' : `\n\nNot proven:\n${notProven.map((sentence) => `  ${plain(sentence)}`).join('\n')}`
  return `${head}\n\n${table(['', 'of', 'check', ''], rows)}\n\n${verdict}${open}`
}
