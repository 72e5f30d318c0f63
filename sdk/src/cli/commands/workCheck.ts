import type { Hex } from 'viem'
import type { WorkerSecrets } from '../../actions/index.js'
import type { Label } from '../../core.js'
import { command, idOf, requiredText } from '../command.js'
import { type Context, readText } from '../context.js'
import { UsageError } from '../errors.js'
import { WORKER_PREFIX, workerName } from '../kept.js'
import { labelArgs, readLabels } from '../labelSheet.js'
import { list } from '../output.js'
import { contentOf, contentText, type SheetContent } from '../sheetText.js'

const { labels: _, ...formatArgs } = labelArgs

export const workCheck = command({
  name: 'check',
  description: 'Read a filled label sheet as `work commit` would, say what it holds, and send nothing',
  args: {
    file: { type: 'positional', required: true, description: 'Labels, in any format that `work commit` takes' },
    task: {
      type: 'string',
      valueHint: 'ID',
      description: 'Default: the task the sheet names, or the only one you joined',
    },
    ...formatArgs,
  },
  run: async (context, flags) => {
    const file = requiredText(flags, 'file')
    const taskId = flags.task === undefined ? await taskOf(context, file) : idOf(flags, 'task')
    const labels = await readLabels(context, { ...flags, labels: file }, taskId)
    const holds = await sheetContent(context, taskId, labels)
    return {
      data: { taskId, file, labels: holds.count, classes: holds.classes },
      text: list({ task: taskId, holds: contentText(holds), sent: 'nothing: `work commit` would, and that is final' }),
    }
  },
})

/** What labels say, with the names of their classes where the items can be had. */
export async function sheetContent(context: Context, taskId: Hex, labels: readonly Label[]): Promise<SheetContent> {
  const client = await context.reader()
  const worker = await context.address()
  const task = await client.getTask({ taskId })
  if (!('rules' in task))
    throw new UsageError('This task asks for a proof and not for labels.', 'See `veritask task show`.')
  const secrets = await context.vault().find<WorkerSecrets>(workerName(taskId, worker))
  const names = secrets
    ? await client.fetchAssignment({ taskId, secrets, store: context.contents() }).then(
        ({ classes }) => classes,
        () => [],
      )
    : []
  return contentOf(labels, task.rules, names)
}

/** Of the tasks that this account joined: the one the file names, or the only one. */
async function taskOf(context: Context, file: string): Promise<Hex> {
  const worker = (await context.address()).toLowerCase()
  const names = await context.vault().names(WORKER_PREFIX)
  const joined = names
    .filter((name) => name.endsWith(`-${worker}`))
    .map((name) => name.slice(WORKER_PREFIX.length, -(worker.length + 1)) as Hex)
  const text = (await readText(file, 'Give the filled sheet.')).toLowerCase()
  const named = joined.filter((taskId) => text.includes(taskId))
  const [only, other] = named.length === 0 ? joined : named
  if (only === undefined || other !== undefined)
    throw new UsageError('Which task this sheet is for is not clear.', 'Say it: --task ID.')
  return only
}
