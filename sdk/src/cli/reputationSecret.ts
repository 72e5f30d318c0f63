import { randomSalt, restoreSecret, type Secret } from '../core.js'
import type { Context } from './context.js'
import { NotKeptError } from './errors.js'

/** One for a lifetime: everything recorded under it counts together. */
const NAME = 'reputation-secret'

type Kept = { readonly version: 1; readonly secret: string }

/**
 * The secret under which accepted slots are recorded.
 *
 * @throws {NotKeptError} when nothing was ever recorded from this state directory.
 */
export async function reputationSecret(context: Context): Promise<Secret> {
  const found = await findReputationSecret(context)
  if (found === undefined) throw new NotKeptError({ what: 'reputation secret', directory: context.vault().directory })
  return found
}

export async function findReputationSecret(context: Context): Promise<Secret | undefined> {
  const kept = await context.vault().find<Kept>(NAME)
  return kept && restoreSecret(kept.secret, 'The reputation secret')
}

/** Drawn, and kept, when there is none. */
export async function ownReputationSecret(context: Context): Promise<Secret> {
  const found = await findReputationSecret(context)
  if (found !== undefined) return found
  await context.vault().put(NAME, { version: 1, secret: String(randomSalt()) } satisfies Kept)
  // Another process may have put its own in between: what is kept is what counts.
  return reputationSecret(context)
}
