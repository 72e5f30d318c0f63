import type { EventRow, HitRow } from '../api/types'
import { accountUrl, datasetUrl, keyUrl, modelUrl, proposalUrl, submissionUrl, taskUrl } from '../url'
import { shortHash } from './format'

/** What an event is about: words of ours, then a text from the chain or shortened digits. */
export type Subject = { words: string; name: string; to: string }

/** The one thing that an event is about, as closely as it says: a slot before its task, a task before its key. */
export function subjectOf(event: EventRow, known: readonly HitRow[]): Subject | undefined {
  const { taskId, slot, datasetId, modelId, keyId, proposalId, account } = event
  const nameOf = (id: string) => known.find((hit) => hit.id === id)?.title || shortHash(id)
  if (taskId) {
    const inSlot = slot !== null && slot !== undefined
    return {
      words: inSlot ? `Slot ${slot} of` : 'Task',
      name: nameOf(taskId),
      to: inSlot ? submissionUrl(taskId, slot) : taskUrl(taskId),
    }
  }
  if (datasetId) return { words: 'Dataset', name: nameOf(datasetId), to: datasetUrl(datasetId) }
  if (modelId) return { words: 'Model', name: nameOf(modelId), to: modelUrl(modelId) }
  if (proposalId) return { words: 'Proposal', name: nameOf(proposalId), to: proposalUrl(proposalId) }
  if (keyId) return { words: 'Verifier key', name: nameOf(keyId), to: keyUrl(keyId) }
  if (account) return { words: 'Account', name: shortHash(account), to: accountUrl(account) }
  return undefined
}
