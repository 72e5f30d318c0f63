import { type Hex, isAddressEqual } from 'viem'
import type { DeliveryResult, LabelSecrets, LabelSubmission, Payment, SubmissionResult } from '../../actions/index.js'
import type { BaseError } from '../../core.js'
import { type AmountText, amountsOf } from '../../text/amounts.js'
import { outOf, sendOrSign } from '../callFile.js'
import { argumentsOf, command, idOf } from '../command.js'
import type { Context } from '../context.js'
import { InputFileError, NotKeptError } from '../errors.js'
import { keptLabels, submissionName } from '../kept.js'
import { labelArgs, readLabels, slotOf } from '../labelSheet.js'
import { errorData, list, proving, table, withProgress } from '../output.js'
import { readSubmission, submissionFromText, submissionToText } from '../submissionFile.js'
import { writeNew } from '../written.js'

type Client = Awaited<ReturnType<Context['signer']>>

const id = { type: 'positional', required: true, description: 'Task id' } as const

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
        'Write what is to be sent there instead of sending it: for `work submit`; of hidden gold signed, for `relay`',
    },
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const worker = await context.address()
    const taskId = idOf(flags)
    const task = await client.getTask({ taskId })
    const out = outOf(flags)
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
            : await committedLabels(context, taskId, worker)
        return client.proveLabels({
          taskId,
          labels: given.labels,
          ...('salt' in given ? { salt: given.salt } : {}),
          prover: context.prover(),
          onProgress: proving(report),
        })
      }))
    if (!made) await context.vault().put(name, submissionToText(submission))
    const { slot } = submission
    const written = { data: { taskId, slot, file: out }, text: list({ slot, written: out }) }
    if (submission.kind === 'submission') {
      // Only the worker itself can hand these in, so that what is passed on is a call it signed.
      const sent = await sendOrSign({ out, chainId: client.chain.id }, (how) =>
        client.submitLabels({ submission, ...how }),
      )
      if (!sent) return written
      const { receiptId, hash, found } = sent
      const data = { taskId, slot, receiptId, hash, found }
      return { data, text: list({ slot, receipt: receiptId, transaction: hash }) }
    }
    if (out) {
      await writeNew(out, submissionToText(submission))
      return written
    }
    if (task.kind === 'consensus') {
      const { results } = await client.deliverVotes({ submissions: [submission] })
      const [result] = results
      if (result?.outcome !== 'delivered') throw result?.error ?? new Error('a delivery has no result')
      const { hash } = result
      return { data: { taskId, slot, hash }, text: list({ slot, delivered: 'yes', transaction: hash }) }
    }
    const send = submission.kind === 'agreement' ? client.submitProof : client.deliverLabels
    const { receiptId, hash, found, payment } = await send({ submission })
    const data = { taskId, slot, receiptId, hash, found, payment }
    return {
      data,
      text: list({
        slot,
        receipt: receiptId,
        reward: rewardText(payment, await amountsOf(client, task.token)),
        transaction: hash,
      }),
    }
  },
})

type Outcome = SubmissionResult | DeliveryResult

export const workSubmit = command({
  name: 'submit',
  description: 'Send submissions that workers wrote with `work prove --out`, many in one transaction',
  args: { file: { type: 'positional', required: true, valueHint: 'FILE…', description: 'Submission files' } },
  many: true,
  run: async (context, flags) => {
    const files = argumentsOf(flags)
    const read = await Promise.all(files.map(readOrRefuse))
    const good = read.flatMap((entry) => (entry instanceof InputFileError ? [] : [entry]))
    const sent = (await sendAll(context, good)).values()
    const outcomes = read.map((entry) =>
      entry instanceof InputFileError
        ? { taskId: undefined, slot: undefined, outcome: 'refused' as const, error: entry, hash: undefined }
        : sent.next().value!,
    )
    const data = outcomes.map((result, i) => {
      const place = { file: files[i], taskId: result.taskId, slot: result.slot, outcome: result.outcome }
      if (result.outcome === 'refused') return { ...place, hash: result.hash, error: errorData(result.error) }
      if (result.outcome === 'delivered') return { ...place, hash: result.hash }
      const { receiptId, hash, found, payment } = result
      return { ...place, receiptId, hash, found, payment }
    })
    const amounts = await amountsByTask(context, outcomes)
    const rows = outcomes.map((result, i) => {
      const amount = amounts.get(result.taskId) ?? String
      return [files[i], result.slot ?? '-', result.outcome, wordsOf(result, amount)]
    })
    const failed = outcomes.some(({ outcome }) => outcome === 'refused')
    return { data, text: table(['file', 'slot', 'outcome', ''], rows), failed }
  },
})

/** Votes of a consensus wait for their aggregator; everything else is paid at once. In the order given. */
async function sendAll(context: Context, submissions: readonly LabelSubmission[]): Promise<Outcome[]> {
  const client = await context.signer()
  const { consensus } = (await context.deployment()).contracts
  const isVote = ({ module }: LabelSubmission) => isAddressEqual(module, consensus)
  const [votes, others] = [submissions.filter(isVote), submissions.filter((entry) => !isVote(entry))]
  const delivered = votes.length === 0 ? [] : (await client.deliverVotes({ submissions: votes })).results
  const paid = others.length === 0 ? [] : (await client.submitProofs({ submissions: others })).results
  const [nextVote, nextOther] = [delivered.values(), paid.values()]
  return submissions.map((entry): Outcome => (isVote(entry) ? nextVote : nextOther).next().value!)
}

function wordsOf(
  result: { readonly outcome: 'refused'; readonly error: BaseError } | Outcome,
  amount: AmountText,
): string {
  if (result.outcome === 'refused') return result.error.shortMessage
  return result.outcome === 'paid' ? rewardText(result.payment, amount) : 'paid when the task settles'
}

/** How amounts are written, by the task they are of: only what was paid has one. */
async function amountsByTask(
  context: Context,
  outcomes: readonly { readonly taskId: Hex | undefined; readonly outcome: string }[],
): Promise<ReadonlyMap<Hex | undefined, AmountText>> {
  const client = await context.reader()
  const paid = new Set(outcomes.flatMap(({ taskId, outcome }) => (taskId && outcome === 'paid' ? [taskId] : [])))
  const entries = [...paid].map(async (taskId) => {
    const { token } = await client.getTask({ taskId })
    return [taskId, await amountsOf(client, token)] as const
  })
  return new Map(await Promise.all(entries))
}

/** Files come from strangers: one that cannot be read is refused by itself. */
function readOrRefuse(file: string): Promise<LabelSubmission | InputFileError> {
  return readSubmission(file).catch((error: unknown) => {
    if (error instanceof InputFileError) return error
    throw error
  })
}

function rewardText({ reward, refused }: Payment, amount: AmountText): string {
  return `${amount(reward)} ${refused ? 'credited (the payout address refused the transfer)' : 'paid out'}`
}

/** Of the labels kept for this task, those the chain has the commitment of. */
async function committedLabels(context: Context, taskId: Hex, worker: Hex): Promise<LabelSecrets> {
  const [kept, slot] = await Promise.all([keptLabels(context, taskId, worker), slotOf(context, taskId, worker)])
  const onChain = slot?.commitment ?? 0n
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
