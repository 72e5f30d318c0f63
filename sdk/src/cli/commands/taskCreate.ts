import { type Hex, sha256, toHex } from 'viem'
import type { RequesterSecrets } from '../../actions/index.js'
import { deadlineBase } from '../../actions/internal/context.js'
import { digestOfCid, type PayloadItem } from '../../core.js'
import { SubmissionUncertainError } from '../../errors/submission.js'
import { amountsOf } from '../../text/amounts.js'
import { plain } from '../../text/plain.js'
import { command, type Flags, idOf, requiredText } from '../command.js'
import { askLine, type Context, canAsk } from '../context.js'
import { TaskCreationUncertainError, UsageError } from '../errors.js'
import { goldWarning, warn } from '../goldText.js'
import { pendingTaskName, requesterName, requesterSecrets } from '../kept.js'
import { assertLicence } from '../licence.js'
import { type Answer, list, time, withProgress } from '../output.js'
import { readPayloadItems } from '../payloadItems.js'
import { leftOutWords } from '../records.js'
import { readTaskFile, type TaskFile } from '../taskFile.js'
import { assertNoSlips } from '../taskSlips.js'
import { costOf, understood } from '../understood.js'
import { type DatasetSource, registerRecords } from './dataset.js'

type LabelTaskFile = Extract<TaskFile, { work: 'labels' | 'consensus' }>
type Kind<work extends TaskFile['work']> = Extract<TaskFile, { work: work }>

/** What a requester's file has made, kept before anything is sent: a rerun finishes that task. */
type PendingTask = { readonly version: 1; readonly taskId: Hex }
type PendingStatement = { readonly version: number; readonly salt: Hex; readonly now: string }

export const taskCreate = command({
  name: 'create',
  description: 'Create a task from a task file: encrypt the items, commit to the gold, fund the slots',
  args: {
    file: { type: 'positional', required: true, description: 'Task file (JSON)' },
    resume: { type: 'string', valueHint: 'ID', description: 'Finish the creation of this task after an interruption' },
    new: { type: 'boolean', description: 'Create another task although this file has made one already' },
    yes: {
      type: 'boolean',
      description: 'Do not ask before anything is sent (nobody is asked where there is no terminal)',
    },
  },
  run: async (context, flags) => {
    if (flags.new && flags.resume !== undefined) throw new UsageError('--new and --resume exclude each other.')
    const client = await context.signer()
    const file = requiredText(flags, 'file')
    const register = (source: DatasetSource) => registerFor(context, flags, source)
    const place = { requester: await context.address(), deployment: await context.deployment(), register }
    const read = (now: bigint) => readTaskFile(file, { ...place, now })
    const task = await read(await deadlineBase(client))
    if (task.work === 'consensus') assertLicence(task.publication.licence)
    return task.work === 'statement'
      ? createStatement(context, flags, file, read)
      : createLabels(context, flags, file, task)
  },
})

/** A dataset that the task file asks for: it is registered before the task, and is there when the file is used again. */
async function registerFor(context: Context, flags: Flags, source: DatasetSource): Promise<Hex> {
  const { name, licence, path } = source
  process.stderr.write(
    `Registers ${path} as the dataset "${plain(name)}" under ${plain(licence)}, unless it is registered already.\n`,
  )
  if (flags.yes !== true && canAsk()) {
    const answer = await askLine('Register this dataset? [y/N] ')
    if (!isYes(answer))
      throw new UsageError('Nothing was registered and nothing was sent.', 'Give the id of a version in "dataset".')
  }
  const { versionId, size, leftOut } = await registerRecords(context, source)
  process.stderr.write(`dataset version ${versionId}, ${size} records${leftOutWords(leftOut)}\n`)
  return versionId
}

const isYes = (answer: string): boolean => /^y(es)?$/i.test(answer.trim())

/** What making a task of labels takes besides its own terms. */
type Shared = {
  readonly items: readonly PayloadItem[]
  readonly store: ReturnType<Context['store']>
  readonly secrets?: RequesterSecrets
  readonly onSecrets: (secrets: RequesterSecrets) => Promise<void>
}

/** A task with secrets: they are kept before anything is sent, and so is what the file has made. */
async function createLabels(context: Context, flags: Flags, file: string, task: LabelTaskFile): Promise<Answer> {
  const named = flags.resume === undefined ? undefined : idOf(flags, 'resume')
  const read = await withProgress('Creating the task', context.json, async (report) => {
    report(0.1, 'Merkle proofs')
    return readPayloadItems(context, task, file)
  })
  const { items, files } = read
  const { rest, create, rules, settlement } =
    task.work === 'labels' ? await labelsMaker(context, task, files) : consensusMaker(context, task, items)
  assertNoSlips(file, rules)
  await confirmTask(context, flags, task, { rules, settlement })
  return withProgress('Creating the task', context.json, async (report) => {
    const pendingName = await pendingTaskName(context, file, [task.datasetVersionId, rest])
    const pending = flags.new ? undefined : await context.vault().find<PendingTask>(pendingName)
    const resume = named ?? pending?.taskId
    const resumed = resume && (await requesterSecrets(context, resume))
    let sending: Hex | undefined
    report(0.5, 'encrypting and sending')
    const created = await create({
      items,
      store: context.store(),
      ...(resumed ? { secrets: resumed } : {}),
      onSecrets: async (secrets) => {
        sending = secrets.taskId
        await context.vault().put(requesterName(sending), secrets)
        await context.vault().put(pendingName, { version: 1, taskId: sending } satisfies PendingTask)
        process.stderr.write(`task ${sending}\n`)
      },
    }).catch((error) => {
      if (sending && error instanceof SubmissionUncertainError)
        throw new TaskCreationUncertainError({ taskId: sending, cause: error })
      throw error
    })
    const { taskId, payloadCid, hash, found } = created
    const { slots } = task
    const joinBy = task.work === 'labels' ? task.joinBy : await firstJoinBy(context, taskId)
    const data = { taskId, payloadCid, hash, found, slots, joinBy }
    const lines = list({ task: taskId, payload: payloadCid, transaction: hash, 'join by': time(joinBy) })
    return { data, text: found ? foundBefore(lines) : lines }
  })
}

/**
 * Says what was understood, with the total cost, and asks: what is sent costs money. Where nobody sits at a terminal it says so and
 * goes on, as scripts expect.
 */
async function confirmTask(
  context: Context,
  flags: Flags,
  task: TaskFile,
  { rules, settlement }: Pick<Parameters<typeof understood>[1], 'rules' | 'settlement'>,
): Promise<void> {
  const client = await context.signer()
  const [parameters, amount, now] = await Promise.all([
    client.getParameters(),
    amountsOf(client, task.token),
    deadlineBase(client),
  ])
  const cost = costOf(task, settlement?.kind ?? 'consensus', parameters)
  process.stderr.write(`${understood(task, { rules, settlement, now, cost, amount })}\n`)
  if (flags.yes === true || !canAsk()) return
  const answer = await askLine('Create this task? [y/N] ')
  if (!isYes(answer))
    throw new UsageError('Nothing was created and nothing was sent.', 'Change the task file and run it again.')
}

const foundBefore = (lines: string) => `${lines}\nThis file had made the task already; --new makes another.`

/** The gold may be in a file of its own, which is not in the text of the task file. */
async function labelsMaker(context: Context, task: Kind<'labels'>, files: readonly string[]) {
  const client = await context.signer()
  const { work: _, records: __, items: ___, ...asked } = task
  const settlement = await task.settlement(files)
  if (settlement.kind === 'hidden-gold') warn(goldWarning({ slots: task.slots, rules: settlement.rules }))
  const create = (shared: Shared) => client.createTask({ ...asked, settlement, ...shared })
  return { rest: settlement.gold, create, rules: settlement.rules, settlement }
}

function consensusMaker(context: Context, task: Kind<'consensus'>, items: readonly PayloadItem[]) {
  const { work: _, records: __, items: ___, terms, publication, rules: rulesOf, ...asked } = task
  const create = async (shared: Shared) => {
    const client = await context.signer()
    const { name, licence, schema } = publication
    const schemaHash = sha256(toHex(schema))
    // The labels come later, and their root stands on the chain: this says what they will be.
    const manifest = { version: 1, name, licence, schemaHash, schema, parents: [task.datasetVersionId] }
    const manifestCid = await context.store().put(new TextEncoder().encode(JSON.stringify(manifest)))
    return client.createConsensusTask({
      ...asked,
      ...terms,
      rules: rulesOf(items.length),
      publication: { name, licence, schemaHash, manifestDigest: digestOfCid(manifestCid) },
      ...shared,
    })
  }
  return { rest: publication.schema, create, rules: rulesOf(items.length), settlement: undefined }
}

/** Later rounds may follow; the first one's joining is what a worker has to know of. */
async function firstJoinBy(context: Context, taskId: Hex): Promise<bigint> {
  const task = await (await context.reader()).getTask({ taskId })
  return task.kind === 'consensus' ? task.progress.joinBy : task.joinBy
}

/** A task of one statement has no secrets: its salt is kept, and the time its durations count from, so that a rerun finds it. */
async function createStatement(
  context: Context,
  flags: Flags,
  file: string,
  read: (now: bigint) => Promise<TaskFile>,
): Promise<Answer> {
  if (flags.resume !== undefined) throw new UsageError('--resume is for tasks with labels.', 'Run it again as it was.')
  const client = await context.signer()
  const name = await pendingTaskName(context, file, [])
  const pending = flags.new ? undefined : await context.vault().find<PendingStatement>(name)
  const kept = pending ?? {
    version: 1,
    salt: toHex(crypto.getRandomValues(new Uint8Array(32))),
    now: String(await deadlineBase(client)),
  }
  const task = await read(BigInt(kept.now))
  if (task.work !== 'statement') throw new UsageError('The task file was changed while it was read.')
  await confirmTask(context, flags, task, { rules: undefined, settlement: task.settlement })
  await context.vault().put(name, kept satisfies PendingStatement)
  const { work: _, ...asked } = task
  const { taskId, hash, found } = await client.createStatementTask({ ...asked, salt: kept.salt })
  const { slots, joinBy } = task
  const lines = list({ task: taskId, transaction: hash, 'join by': time(joinBy) })
  return { data: { taskId, hash, found, slots, joinBy }, text: found ? foundBefore(lines) : lines }
}
