import type { Hex } from 'viem'
import { TermsChangedError } from '../../errors/admission.js'
import type { TaskState } from '../types.js'

/** What a worker agrees to before it joins. */
export type AgreedTerms = {
  /** The task as it was shown to the worker: its terms are what it agrees to, and a refusal names those that changed. */
  readonly task?: TaskState | undefined
  /** `termsHash` of the task as it was shown. Default: that of `task`, else what the chain says as this call begins. */
  readonly termsHash?: Hex | undefined
}

/** Terms that a worker reads, by what they are called in a refusal. */
const compared: { readonly [name: string]: (task: TaskState) => unknown } = {
  'stake per slot': ({ stakePerSlot }) => stakePerSlot,
  'reward per slot': ({ rewardPerSlot }) => rewardPerSlot,
  'fee per slot': ({ feePerSlot }) => feePerSlot,
  token: ({ token }) => token,
  slots: ({ slots }) => slots,
  'join by': ({ joinBy }) => joinBy,
  settlement: ({ settlement }) => settlement,
  gate: ({ gate }) => gate,
  bond: ({ bond }) => bond,
  treasury: ({ treasury }) => treasury,
  'parameters version': ({ parametersVersion }) => parametersVersion,
  dataset: ({ datasetVersionId }) => datasetVersionId,
  payload: ({ payloadDigest }) => payloadDigest,
}

/**
 * The terms hash to join under.
 *
 * @throws {TermsChangedError} when the chain has the task with others.
 */
export function agreedTerms(current: TaskState, { task, termsHash }: AgreedTerms): Hex {
  const agreed = termsHash ?? task?.termsHash ?? current.termsHash
  if (agreed.toLowerCase() === current.termsHash.toLowerCase()) return current.termsHash
  const { taskId } = current
  throw new TermsChangedError({ taskId, agreed, actual: current.termsHash, changes: changesOf(task, current) })
}

function changesOf(seen: TaskState | undefined, current: TaskState): string[] {
  if (!seen) return []
  const changes = Object.entries(compared).flatMap(([name, of]) => {
    const [before, after] = [of(seen), of(current)]
    return before === after ? [] : [`${name}: it was ${before}, and is ${after}`]
  })
  const [before, after] = [seen.terms, current.terms].map((terms) => terms as Readonly<Record<string, unknown>>)
  const names = Object.keys({ ...before, ...after }).filter((name) => textOf(before?.[name]) !== textOf(after?.[name]))
  return names.length === 0 ? changes : [...changes, `settlement: another ${names.join(', ')}`]
}

function textOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part))
}
