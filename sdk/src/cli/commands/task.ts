import { writeFile } from 'node:fs/promises'
import { type Hex, sha256, toHex, zeroAddress } from 'viem'
import type { AccountRecord, RequesterSecrets, Slot, Task } from '../../actions/index.js'
import { chainTime } from '../../actions/internal/context.js'
import { buildTree, type Label, recordCommitment, toField } from '../../core.js'
import { SubmissionUncertainError } from '../../errors/submission.js'
import { gradingCurves } from '../../states.js'
import { addressOf, command, type Flags, idOf, numbersOf, requiredText, textOf } from '../command.js'
import { type Context, readText } from '../context.js'
import { InputFileError, TaskCreationUncertainError, UsageError } from '../errors.js'
import { type Answer, errorData, list, proving, table, time, toJson, withProgress } from '../output.js'
import { readRecords } from '../records.js'
import { readTaskFile, type TaskFile } from '../taskFile.js'
import { type DatasetSecrets, datasetName } from './dataset.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const
const slot = { type: 'string', valueHint: 'N,…', description: 'These slots only' } as const

export const requesterName = (taskId: Hex) => `requester-${taskId}`
const requesterSecrets = (context: Context, taskId: Hex) =>
  context.vault().get<RequesterSecrets>(requesterName(taskId), `requester secrets of task ${taskId}`)

export const taskCreate = command({
  name: 'create',
  description: 'Create a task from a task file: encrypt the items, commit to the gold, fund the slots',
  args: {
    file: { type: 'positional', required: true, description: 'Task file (JSON)' },
    resume: { type: 'string', valueHint: 'ID', description: 'Finish the creation of this task after an interruption' },
    new: { type: 'boolean', description: 'Create another task although this file has made one already' },
  },
  run: async (context, flags) => {
    if (flags.new && flags.resume !== undefined) throw new UsageError('--new and --resume exclude each other.')
    const client = await context.signer()
    const file = requiredText(flags, 'file')
    const place = { requester: await context.address(), deployment: await context.deployment() }
    const read = (now: bigint) => readTaskFile(file, { ...place, now })
    const task = await read(await chainTime(client))
    if (task.work === 'statement') return createStatement(context, flags, file, read)
    const kept = await context
      .vault()
      .get<DatasetSecrets>(datasetName(task.datasetVersionId), `secrets of dataset version ${task.datasetVersionId}`)
    const records = await readRecords(task.records)
    if (records.length !== kept.salts.length)
      throw new InputFileError({
        file: task.records,
        reason: `holds ${records.length} records, and the dataset version has ${kept.salts.length}`,
        advice: 'Give the very records the dataset version was registered with.',
      })
    const named = flags.resume === undefined ? undefined : idOf(flags, 'resume')

    return withProgress('Creating the task', context.json, async (report) => {
      report(0.1, 'Merkle proofs')
      const salts = kept.salts.map((salt) => toField(salt, 'A kept record salt'))
      const tree = buildTree(records.map(({ bytes }, index) => recordCommitment({ salt: salts[index]!, bytes })))
      const chosen = task.items ?? records.map((_, index) => index)
      const items = chosen.map((index) => {
        const record = records[index]
        if (!record)
          throw new InputFileError({
            file,
            reason: `"items" names record ${index}`,
            advice: `There are ${records.length}.`,
          })
        return {
          index,
          mediaType: record.mediaType,
          bytes: record.bytes,
          recordSalt: salts[index]!,
          path: tree.path(index),
        }
      })
      const settlement = await task.settlement(items.length)
      const pendingName = await pendingTaskName(context, file, settlement.gold)
      const pending = flags.new ? undefined : await context.vault().find<PendingTask>(pendingName)
      const resume = named ?? pending?.taskId
      const resumed = resume && (await requesterSecrets(context, resume))
      let sending: Hex | undefined
      report(0.5, 'encrypting and sending')
      const { work: _, records: __, items: ___, ...asked } = task
      const created = await client
        .createTask({
          ...asked,
          items,
          settlement,
          store: context.store(),
          ...(resumed ? { secrets: resumed } : {}),
          onSecrets: async (secrets) => {
            sending = secrets.taskId
            await context.vault().put(requesterName(sending), secrets)
            await context.vault().put(pendingName, { version: 1, taskId: sending } satisfies PendingTask)
            process.stderr.write(`task ${sending}\n`)
          },
        })
        .catch((error) => {
          if (sending && error instanceof SubmissionUncertainError)
            throw new TaskCreationUncertainError({ taskId: sending, cause: error })
          throw error
        })
      const { taskId, payloadCid, hash, found } = created
      const { slots, joinBy } = task
      const data = { taskId, payloadCid, hash, found, slots, joinBy }
      const text = found
        ? `${list({ task: taskId, payload: payloadCid, transaction: hash })}\nThis file had made the task already; --new makes another.`
        : list({ task: taskId, payload: payloadCid, transaction: hash, 'join by': time(joinBy) })
      return { data, text }
    })
  },
})

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
    now: String(await chainTime(client)),
  }
  const task = await read(BigInt(kept.now))
  if (task.work !== 'statement') throw new UsageError('The task file was changed while it was read.')
  await context.vault().put(name, kept satisfies PendingStatement)
  const { work: _, ...asked } = task
  const { taskId, hash, found } = await client.createStatementTask({ ...asked, salt: kept.salt })
  const { slots, joinBy } = task
  const lines = list({ task: taskId, transaction: hash, 'join by': time(joinBy) })
  const text = found ? `${lines}\nThis file had made the task already; --new makes another.` : lines
  return { data: { taskId, hash, found, slots, joinBy }, text }
}

type PendingStatement = { readonly version: number; readonly salt: Hex; readonly now: string }

/** What a requester's file has made, kept before anything is sent: a rerun finishes that task. */
type PendingTask = { readonly version: 1; readonly taskId: Hex }

/** The gold may be in a file of its own, and kept secrets are only good for the very same gold. */
async function pendingTaskName(context: Context, file: string, gold: readonly unknown[]): Promise<string> {
  const { chainId, contracts } = await context.deployment()
  const text = await readText(file, 'Give the task file.')
  const input = JSON.stringify([chainId, contracts.taskRegistry.toLowerCase(), text, gold])
  return `pending-task-${await context.address()}-${sha256(toHex(input))}`
}

export const taskList = command({
  name: 'list',
  description: 'List tasks, oldest first',
  args: { requester: { type: 'string', valueHint: 'ADDRESS', description: 'Only tasks of this requester' } },
  run: async (context, flags) => {
    const client = await context.reader()
    const requester = addressOf(flags, 'requester')
    const data = await client.listTasks(requester ? { requester } : {})
    const rows = data.map((task) => [task.taskId, task.slots, task.rewardPerSlot, time(task.joinBy), task.title])
    return { data, text: data.length === 0 ? 'no tasks' : table(['task', 'slots', 'reward', 'join by', 'title'], rows) }
  },
})

export const taskShow = command({
  name: 'show',
  description: 'Show a task and its slots',
  args: { id },
  run: async (context, flags) => {
    const client = await context.reader()
    const taskId = idOf(flags)
    const [task, slots] = await Promise.all([client.getTask({ taskId }), client.getSlots({ taskId })])
    const record = await client.getRecord({ account: task.requester })
    return { data: { ...task, slotsTaken: slots, requesterRecord: record }, text: describe(task, slots, record) }
  },
})

function describe(task: Task, slots: readonly Slot[], record: AccountRecord): string {
  const coin = task.token === zeroAddress ? 'the native coin' : task.token
  const head = list({
    task: task.taskId,
    title: task.title,
    settlement: task.kind,
    phase: task.phase + (task.nextDeadline === null ? '' : `, until ${time(task.nextDeadline)}`),
    requester: task.requester,
    'its record': `${record.paid} paid by proof, ${record.refused} rejected, ${record.silent} paid by silence, ${record.bondsLost} bonds lost`,
    reward: `${task.rewardPerSlot} base units of ${coin}`,
    ...(task.gate === zeroAddress ? {} : { gate: task.gate }),
    ...(task.stakePerSlot === 0n ? {} : { stake: `${task.stakePerSlot} base units per slot` }),
    ...(task.bond === 0n ? {} : { bond: `${task.bond} base units, ${task.bondState}` }),
    slots: `${task.joined} of ${task.slots} taken, ${task.ended} ended, ${task.rejected} rejected`,
    ...('rules' in task ? { rules: JSON.stringify(task.rules) } : {}),
    'join by': time(task.joinBy),
    ...termLines(task),
  })
  const rows = slots.map((taken) => [
    taken.slot,
    taken.ending === 'none' ? taken.state : `${taken.state} (${taken.ending})`,
    workOf(taken),
    taken.scoreBps === 0 ? '-' : `${taken.scoreBps / 100} %`,
    taken.dispute?.challenger ?? '-',
    taken.worker,
    taken.payout,
  ])
  const headings = ['slot', 'state', 'handed in', 'score', 'disputed by', 'worker', 'payout']
  return slots.length === 0 ? head : `${head}\n\n${table(headings, rows)}`
}

function workOf({ commitment, claim }: Slot): string {
  if (claim) return claim.disputedAt === 0n ? 'claim' : 'disputed claim'
  return commitment === 0n ? 'no' : 'labels'
}

/** Deadlines and what else a settlement module adds. */
function termLines(task: Task): Record<string, string> {
  switch (task.kind) {
    case 'open-gold': {
      const { commitBy, openBy, proveBy } = task.terms
      return { 'commit by': time(commitBy), 'open by': time(openBy), 'prove by': time(proveBy) }
    }
    case 'hidden-gold': {
      const { submitBy, scoreBy, grading } = task.terms
      const { audit } = task
      return {
        'submit by': time(submitBy),
        'score by': time(scoreBy),
        grading: gradingCurves[grading.curve] ?? 'threshold',
        ...(audit
          ? {
              audit: audit.closed
                ? 'decided'
                : `${audit.audited} of ${audit.panel} slots proven, until ${time(audit.answerBy)}`,
            }
          : {}),
      }
    }
    case 'consensus': {
      const { round, commitBy, deliverBy, settleBy } = task.progress
      return {
        round: String(round + 1),
        'commit by': time(commitBy),
        'deliver by': time(deliverBy),
        'settle by': time(settleBy),
      }
    }
    case 'direct':
      return { key: task.terms.statement.keyId, 'prove by': time(task.terms.proveBy) }
    case 'optimistic': {
      const { statement, claimBy, challengeWindow, proveWindow } = task.terms
      return {
        key: statement.keyId,
        'claim by': time(claimBy),
        challenge: `${challengeWindow} s`,
        'prove within': `${proveWindow} s`,
        claimed: `${task.claimed}, ${task.openDisputes} disputed`,
      }
    }
    default: {
      const never: never = task
      return never
    }
  }
}

export const taskAssign = command({
  name: 'assign',
  description: 'Give every worker who joined the key to the items',
  args: { id },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { wrapped, skipped, hashes } = await client.wrapContentKeys({
      taskId,
      secrets: await requesterSecrets(context, taskId),
    })
    const left = skipped.map(({ slot: number, error }) => ({ slot: number, reason: error.message }))
    const lines = [`wrapped to ${wrapped.length} slots`, ...left.map((entry) => `slot ${entry.slot}: ${entry.reason}`)]
    return { data: { wrapped, skipped: left, hashes }, text: lines.join('\n') }
  },
})

export const taskOpenGold = command({
  name: 'open-gold',
  description: 'Show the gold, once nobody can commit any more',
  args: { id },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { hash, found } = await client.openGold({ taskId, secrets: await requesterSecrets(context, taskId) })
    return { data: { taskId, hash, found }, text: list({ opened: taskId, transaction: hash }) }
  },
})

export const taskScore = command({
  name: 'score',
  description: 'Prove the scores of submissions against the hidden gold: pays or rejects each',
  args: { id, slot },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const asked = numbersOf(flags, 'slot')
    const secrets = await requesterSecrets(context, taskId)
    const slots =
      asked ??
      (await client.getSlots({ taskId }))
        .filter(({ state, commitment }) => state === 'joined' && commitment !== 0n)
        .map((taken) => taken.slot)
    const { results } = await withProgress('Scoring', context.json, (report) => {
      let done = 0
      return client.scoreSlots({
        taskId,
        slots,
        secrets,
        prover: context.prover(),
        onSlot: (index) => {
          done = index
        },
        onProgress: proving((fraction, stage) =>
          report((done + fraction) / slots.length, `slot ${slots[done]} ${stage}`),
        ),
      })
    })
    const data = results.map((result) => {
      if (result.outcome === 'refused') return { slot: result.slot, hash: result.hash, error: errorData(result.error) }
      const { agreements, goldCount, passed, receiptId, hash } = result
      return { slot: result.slot, agreements, goldCount, passed, receiptId, hash }
    })
    const refused = results.filter((result) => result.outcome === 'refused')
    // When nothing could be scored there is one thing to say.
    if (refused.length > 0 && refused.length === results.length) throw refused[0]!.error
    const rows = results.map((result) =>
      result.outcome === 'refused'
        ? [result.slot, '-', result.error.shortMessage]
        : [result.slot, `${result.agreements}/${result.goldCount}`, result.passed ? 'paid' : 'returned'],
    )
    const text = data.length === 0 ? 'nothing to score' : table(['slot', 'score', 'outcome'], rows)
    return { data, text, failed: refused.length > 0 }
  },
})

export const taskSettle = command({
  name: 'settle',
  description: 'End every slot whose time is over and return what is left to the requester',
  args: { id, slot },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const only = numbersOf(flags, 'slot')
    const due =
      only ??
      (await client.getSlots({ taskId }))
        .filter(({ state, outcome }) => state === 'joined' && outcome !== 'pending')
        .map((taken) => taken.slot)
    const { results } = await client.settleSlots({ slots: due.map((number) => ({ taskId, slot: number })) })
    const left = results.filter((result) => result.outcome === 'passed-over')
    if (left.length > 0 && left.length === results.length) throw left[0]!.error
    const settled = results.map((result) =>
      result.outcome === 'passed-over'
        ? { slot: result.slot, error: errorData(result.error) }
        : { slot: result.slot, outcome: result.outcome, amount: result.amount, hash: result.hash },
    )
    const task = await client.getTask({ taskId })
    const over = task.timestamp > task.joinBy || task.halted
    const unfilled =
      only === undefined && over && !task.unfilledReturned && task.joined < task.slots
        ? await client.returnUnfilled({ taskId })
        : undefined
    const rows = results.map((result) => [
      result.slot,
      result.outcome === 'passed-over' ? result.error.shortMessage : result.outcome,
      result.outcome === 'passed-over' ? 0n : result.amount,
    ])
    const lines = [
      settled.length === 0 ? 'no slot to settle' : table(['slot', 'outcome', 'amount'], rows),
      ...(unfilled
        ? [`${unfilled.slots} slots nobody took: ${unfilled.amount} base units credited to the requester`]
        : []),
    ]
    const returned = unfilled && { slots: unfilled.slots, amount: unfilled.amount, hash: unfilled.hash }
    return { data: { taskId, settled, unfilled: returned }, text: lines.join('\n'), failed: left.length > 0 }
  },
})

export const taskLabels = command({
  name: 'labels',
  description: 'Decrypt the delivered labels from chain data',
  args: { id, out: { type: 'string', valueHint: 'FILE', description: 'Write CSV (slot, worker, item, label) there' } },
  run: async (context, flags) => {
    const client = await context.reader()
    const taskId = idOf(flags)
    const delivered = await client.readDeliveredLabels({ taskId, secrets: await requesterSecrets(context, taskId) })
    const data = delivered.map(({ slot: number, worker, payout, labels, hash }) => ({
      slot: number,
      worker,
      payout,
      labels,
      hash,
    }))
    const out = textOf(flags, 'out')
    if (out)
      await writeFile(out, toCsv(data), { mode: 0o600, flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
        const reason = cause.code === 'EEXIST' ? 'exists already' : 'cannot be written'
        throw new InputFileError({ file: out, reason, advice: 'Give a new file: --out FILE.', cause })
      })
    const rows = data.map((entry) => [entry.slot, entry.worker, entry.labels.length])
    const text = data.length === 0 ? 'nothing delivered yet' : table(['slot', 'worker', 'labels'], rows)
    return { data, text }
  },
})

function toCsv(deliveries: readonly { slot: number; worker: string; labels: readonly Label[] }[]): string {
  const rows = deliveries.flatMap(({ slot: number, worker, labels }) =>
    labels.map((label, item) => {
      const cell = typeof label === 'number' ? label : `"${toJson(label).replace(/\s+/g, '').replaceAll('"', '""')}"`
      return `${number},${worker},${item},${cell}`
    }),
  )
  return ['slot,worker,item,label', ...rows, ''].join('\n')
}

export const taskCancel = command({
  name: 'cancel',
  description: 'End a task nobody has joined; the escrow becomes a credit',
  args: { id },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { hash, amount } = await client.cancelTask({ taskId })
    return { data: { taskId, hash, amount }, text: list({ cancelled: taskId, credited: `${amount} base units` }) }
  },
})
