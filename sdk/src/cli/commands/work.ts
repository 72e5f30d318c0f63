import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Hex, isAddressEqual } from 'viem'
import type { LabelSecrets, LabelSubmission, Payment, WorkerSecrets } from '../../actions/index.js'
import { allowListAdmission, type Label, type Rules } from '../../core.js'
import { type LabelFileFormat, parseLabelFile } from '../../labels-io/index.js'
import { addressOf, argumentsOf, command, type Flags, idOf, requiredText, textOf } from '../command.js'
import { type Context, readText } from '../context.js'
import { InputFileError, NotKeptError, UsageError } from '../errors.js'
import { readAccounts } from '../gateFile.js'
import { errorData, list, proving, table, withProgress } from '../output.js'
import { extensionOf } from '../records.js'
import { readSubmission, submissionFromText, submissionToText } from '../submissionFile.js'
import { rawAdmissionOf, relayFeeOf } from './workStatement.js'

type Client = Awaited<ReturnType<Context['signer']>>

const id = { type: 'positional', required: true, description: 'Task id' } as const
const labelArgs = {
  labels: { type: 'string', valueHint: 'FILE', description: 'Labels as CSV, JSONL or Label Studio JSON' },
  format: { type: 'string', valueHint: 'csv|jsonl|label-studio', description: 'Default: told from the file' },
} as const

const workerName = (taskId: Hex, worker: Hex) => `worker-${taskId}-${worker}`
/** One entry per commitment: another attempt never overwrites the salt of one that may be on the chain. */
const labelsPrefix = (taskId: Hex, worker: Hex) => `labels-${taskId}-${worker}`
const labelsName = (taskId: Hex, worker: Hex, commitment: Hex) => `${labelsPrefix(taskId, worker)}-${commitment}`
const submissionName = (taskId: Hex, worker: Hex) => `submission-${taskId}-${worker}`

export const workJoin = command({
  name: 'join',
  description: 'Take a slot of a task',
  args: {
    id,
    payout: { type: 'string', valueHint: 'ADDRESS', description: 'Where the reward goes (default: your account)' },
    'allow-list': { type: 'string', valueHint: 'FILE', description: 'The accounts a task with an allow list lets in' },
    admission: { type: 'string', valueHint: 'HEX', description: 'Evidence for the gate, made elsewhere' },
    'relay-fee': { type: 'string', valueHint: 'BASE-UNITS', description: 'What each relayer gets of the reward' },
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const worker = await context.address()
    const taskId = idOf(flags)
    const payout = addressOf(flags, 'payout')
    const listed = textOf(flags, 'allow-list')
    const raw = rawAdmissionOf(flags)
    if (listed !== undefined && raw !== undefined)
      throw new UsageError('--allow-list and --admission exclude each other.')
    const admission = listed === undefined ? raw : allowListAdmission(await readAccounts(listed))
    const relayFee = relayFeeOf(flags)
    const kept = await context.vault().find<WorkerSecrets>(workerName(taskId, worker))
    const { slot, hash, found, ...joined } = await client.joinTask({
      taskId,
      ...(payout ? { payout } : {}),
      ...(admission ? { admission } : {}),
      ...(relayFee === undefined ? {} : { relayFee }),
      ...(kept ? { secrets: kept } : {}),
      onSecrets: (secrets) => context.vault().put(workerName(taskId, worker), secrets),
    })
    const data = { taskId, slot, payout: joined.payout, hash, found }
    return { data, text: list({ task: taskId, slot, payout: joined.payout, transaction: hash }) }
  },
})

export const workLabel = command({
  name: 'label',
  description: 'Fetch, decrypt and check the items, and write them to files with a label sheet to fill in',
  args: { id, out: { type: 'string', valueHint: 'DIR', description: 'Folder to write to (default: task-<id>)' } },
  run: async (context, flags) => {
    const client = await context.reader()
    const worker = await context.address()
    const taskId = idOf(flags)
    const secrets = await context
      .vault()
      .get<WorkerSecrets>(workerName(taskId, worker), `worker secrets of ${worker} for task ${taskId}`)
    const assignment = await withProgress('Fetching the items', context.json, () =>
      client.fetchAssignment({ taskId, secrets, store: context.contents() }),
    )
    const { items, instructions, classes, rules } = assignment
    const directory = textOf(flags, 'out') ?? `task-${taskId.slice(2, 10)}`
    await mkdir(join(directory, 'items'), { recursive: true, mode: 0o700 })
    const files = items.map(({ mediaType }, item) => `items/${String(item).padStart(4, '0')}${extensionOf(mediaType)}`)
    await Promise.all(items.map(({ bytes }, item) => writeFile(join(directory, files[item]!), bytes, { mode: 0o600 })))
    const sheet = join(directory, 'labels.csv')
    await writeFile(sheet, labelSheet(rules, files), { mode: 0o600, flag: 'wx' }).catch(
      (error: NodeJS.ErrnoException) => {
        // A sheet that is being filled in is never overwritten.
        if (error.code !== 'EEXIST') throw error
      },
    )
    const guide = [instructions, '', ...classes.map((name, number) => `${number}  ${name}`)].join('\n')
    await writeFile(join(directory, 'instructions.txt'), `${guide}\n`, { mode: 0o600 })
    const data = { taskId, slot: assignment.slot, directory, sheet, items: files, instructions, classes, rules }
    return { data, text: list({ items: `${files.length} in ${directory}/items`, 'fill in': sheet, instructions }) }
  },
})

/** One line per item; the file column is for people and is ignored when the sheet is read. */
function labelSheet(rules: Rules, files: readonly string[]): string {
  const columns = rules.kind === 'box' ? 'class,x,y,w,h' : 'label'
  const blanks = rules.kind === 'box' ? ',,,,' : ''
  return [`item,${columns},file`, ...files.map((file, item) => `${item},${blanks},${file}`), ''].join('\n')
}

export const workCommit = command({
  name: 'commit',
  description: 'Fix your labels without showing them (open gold)',
  args: { id, ...labelArgs },
  run: async (context, flags) => {
    const client = await context.signer()
    const worker = await context.address()
    const taskId = idOf(flags)
    const labels = await readLabels(context, flags, taskId)
    const kept = (await keptLabels(context, taskId, worker)).filter(
      (entry) => JSON.stringify(entry.labels) === JSON.stringify(labels),
    )
    const onChain = await commitmentOf(client, taskId, worker)
    const same = kept.find(({ commitment }) => BigInt(commitment) === onChain) ?? kept[0]
    const { slot, commitment, hash, found } = await client.commitLabels({
      taskId,
      labels,
      ...(same ? { salt: same.salt } : {}),
      onSecrets: (secrets) => context.vault().put(labelsName(taskId, worker, secrets.commitment), secrets),
    })
    const data = { taskId, slot, commitment, hash, found }
    return { data, text: list({ slot, commitment, transaction: hash }) }
  },
})

export const workProve = command({
  name: 'prove',
  description: 'Prove your labels, deliver them encrypted, and be paid as the task settles',
  args: {
    id,
    ...labelArgs,
    out: {
      type: 'string',
      valueHint: 'FILE',
      description:
        'Write the submission there instead of sending it, for anyone to send with `work submit` (open gold)',
    },
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const worker = await context.address()
    const taskId = idOf(flags)
    const task = await client.getTask({ taskId })
    const out = textOf(flags, 'out')
    if (out && task.kind === 'hidden-gold')
      throw new UsageError('Labels of hidden gold are sent by their worker alone.', 'Leave --out away.')
    const name = submissionName(taskId, worker)
    // Made before and perhaps sent: the very same proof is a resubmission and not a second claim.
    const kept = submissionFromText((await context.vault().find<string>(name)) ?? '')
    const made = kept && (await stillCounts(client, kept)) ? kept : undefined
    const submission =
      made ??
      (await withProgress('Proving', context.json, async (report) => {
        const given =
          task.kind === 'hidden-gold'
            ? { labels: await readLabels(context, flags, taskId) }
            : await committedLabels(context, client, taskId, worker)
        return client.proveLabels({
          taskId,
          labels: given.labels,
          ...('salt' in given ? { salt: given.salt } : {}),
          prover: context.prover(),
          onProgress: proving(report),
        })
      }))
    if (!made) await context.vault().put(name, submissionToText(submission))
    if (out) {
      await writeNew(out, submissionToText(submission))
      return { data: { taskId, slot: submission.slot, file: out }, text: list({ slot: submission.slot, written: out }) }
    }
    if (submission.kind === 'submission') {
      const { slot, receiptId, hash, found } = await client.submitLabels({ submission })
      return {
        data: { taskId, slot, receiptId, hash, found },
        text: list({ slot, receipt: receiptId, transaction: hash }),
      }
    }
    const { kind } = await client.getTask({ taskId })
    if (kind === 'consensus') {
      const { results } = await client.deliverVotes({ submissions: [submission] })
      const [result] = results
      if (result?.outcome !== 'delivered') throw result?.error ?? new Error('a delivery has no result')
      const { slot, hash } = result
      return { data: { taskId, slot, hash }, text: list({ slot, delivered: 'yes', transaction: hash }) }
    }
    const send = submission.kind === 'agreement' ? client.submitProof : client.deliverLabels
    const { slot, receiptId, hash, found, payment } = await send({ submission })
    const data = { taskId, slot, receiptId, hash, found, payment }
    return { data, text: list({ slot, receipt: receiptId, reward: rewardText(payment), transaction: hash }) }
  },
})

export const workSubmit = command({
  name: 'submit',
  description: 'Send submissions that workers wrote with `work prove --out`, many in one transaction (open gold)',
  args: { file: { type: 'positional', required: true, valueHint: 'FILE…', description: 'Submission files' } },
  many: true,
  run: async (context, flags) => {
    const client = await context.signer()
    const files = argumentsOf(flags)
    const read = await Promise.all(files.map(readOrRefuse))
    const submissions = read.flatMap((entry) => (entry instanceof InputFileError ? [] : [entry]))
    const { results } = await client.submitProofs({ submissions })
    const sent = results.values()
    const outcomes = read.map((entry) =>
      entry instanceof InputFileError
        ? { taskId: undefined, slot: undefined, outcome: 'refused' as const, error: entry, hash: undefined }
        : sent.next().value!,
    )
    const data = outcomes.map((result, i) => {
      const place = { file: files[i], taskId: result.taskId, slot: result.slot, outcome: result.outcome }
      if (result.outcome === 'refused') return { ...place, hash: result.hash, error: errorData(result.error) }
      const { receiptId, hash, found, payment } = result
      return { ...place, receiptId, hash, found, payment }
    })
    const rows = outcomes.map((result, i) => [
      files[i],
      result.slot ?? '-',
      result.outcome,
      result.outcome === 'paid' ? rewardText(result.payment) : result.error.shortMessage,
    ])
    const failed = outcomes.some(({ outcome }) => outcome === 'refused')
    return { data, text: table(['file', 'slot', 'outcome', ''], rows), failed }
  },
})

/** Files come from strangers: one that cannot be read is refused by itself. */
function readOrRefuse(file: string): Promise<LabelSubmission | InputFileError> {
  return readSubmission(file).catch((error: unknown) => {
    if (error instanceof InputFileError) return error
    throw error
  })
}

function rewardText({ reward, refused }: Payment): string {
  return `${reward} base units ${refused ? 'credited (the payout address refused the transfer)' : 'paid out'}`
}

/** Never overwrites: what is there may be the only copy of a proof. */
async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600, flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'EEXIST' ? 'exists already' : 'cannot be written'
    throw new InputFileError({ file, reason, advice: 'Give a new file: --out FILE.', cause })
  })
}

export const workClaim = command({
  name: 'claim',
  description: 'Pay out a credit to its owner',
  args: {
    recipient: { type: 'string', valueHint: 'ADDRESS', description: 'Whose credit (default: your account)' },
    to: { type: 'string', valueHint: 'ADDRESS', description: 'Send your own credit to this address instead' },
    token: { type: 'string', valueHint: 'ADDRESS', description: 'Token (default: the native coin)' },
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const recipient = addressOf(flags, 'recipient')
    const token = addressOf(flags, 'token')
    const to = addressOf(flags, 'to')
    const claimed = await client.claim({
      ...(recipient ? { recipient } : {}),
      ...(to ? { to } : {}),
      ...(token ? { token } : {}),
    })
    const { amount, hash } = claimed
    const data = { recipient: claimed.recipient, amount, hash }
    return { data, text: list({ 'paid to': claimed.recipient, amount: `${amount} base units`, transaction: hash }) }
  },
})

async function keptLabels(context: Context, taskId: Hex, worker: Hex): Promise<LabelSecrets[]> {
  const vault = context.vault()
  const names = await vault.names(labelsPrefix(taskId, worker))
  const kept = await Promise.all(names.map((name) => vault.find<LabelSecrets>(name)))
  return kept.filter((entry) => entry !== undefined)
}

/** The commitment of the worker's slot on the chain; zero before there is one. */
async function commitmentOf(client: Client, taskId: Hex, worker: Hex): Promise<bigint> {
  const slots = await client.getSlots({ taskId })
  return slots.find((slot) => isAddressEqual(slot.worker, worker))?.commitment ?? 0n
}

/** Of the labels kept for this task, those the chain has the commitment of. */
async function committedLabels(context: Context, client: Client, taskId: Hex, worker: Hex): Promise<LabelSecrets> {
  const [kept, onChain] = await Promise.all([keptLabels(context, taskId, worker), commitmentOf(client, taskId, worker)])
  // Before there is a commitment any will do: the action says what is missing.
  const found = onChain === 0n ? kept[0] : kept.find(({ commitment }) => BigInt(commitment) === onChain)
  if (!found)
    throw new NotKeptError({
      what: `committed labels of ${worker} for task ${taskId}`,
      directory: context.vault().directory,
    })
  return found
}

/** Hidden gold: labels may change until they are submitted, so an unsent proof of other labels is not used again. */
async function stillCounts(client: Client, { kind, taskId, slot }: LabelSubmission): Promise<boolean> {
  return kind !== 'submission' || (await client.getSlot({ taskId, slot })).commitment !== 0n
}

async function readLabels(context: Context, flags: Flags, taskId: Hex): Promise<Label[]> {
  const file = requiredText(flags, 'labels')
  const format = textOf(flags, 'format')
  if (format !== undefined && !['csv', 'jsonl', 'label-studio'].includes(format))
    throw new UsageError('--format must be csv, jsonl or label-studio.')
  const client = await context.reader()
  const task = await client.getTask({ taskId })
  if (!('rules' in task))
    throw new UsageError('This task asks for a proof and not for labels.', 'See `veritask task show`.')
  const { rules } = task
  const text = await readText(file, 'Fill in the sheet that `veritask work label` wrote.')
  const classes = await assignedClasses(context, taskId)
  return parseLabelFile({ text, format: format as LabelFileFormat | undefined, rules, classes })
}

/** Class names are in the encrypted payload; without it labels are numbers. */
async function assignedClasses(context: Context, taskId: Hex): Promise<readonly string[]> {
  const secrets = await context.vault().find<WorkerSecrets>(workerName(taskId, await context.address()))
  if (!secrets) return []
  const client = await context.reader()
  return client.fetchAssignment({ taskId, secrets, store: context.contents() }).then(
    ({ classes }) => classes,
    () => [],
  )
}
