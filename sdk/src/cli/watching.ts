import { setTimeout as wait } from 'node:timers/promises'
import { TooEarlyError } from '../errors/contract.js'
import { NodeRateLimitError, NodeUnreachableError } from '../errors/node.js'
import { plain } from '../text/plain.js'
import type { Context } from './context.js'

/** Between two looks at the chain, in milliseconds. */
const PAUSE_MS = 2000
/** What was done is tried again after this time, in milliseconds, if the task still stands where it stood: the clock may be all that was missing. */
const AGAIN_MS = 60_000

/** What a look at the task brings: the line that says where it stands, and whether there is nothing left to wait for. */
export type Look<result> = { readonly line: string } & (
  | { readonly done: true; readonly result: result }
  /** What falls due now. It is not done twice for the same `state`. */
  | { readonly done: false; readonly act?: { readonly state: string; readonly run: () => Promise<string> } | undefined }
)

/**
 * Looks at a task again and again, does what falls due, and says on stderr what changed. A node that does not answer is asked again;
 * every other error ends it, and since all it does is found again, running the command anew goes on from there.
 */
export async function watch<result>(context: Context, look: () => Promise<Look<result>>): Promise<result> {
  const say = (line: string): void => {
    process.stderr.write(`${line.split('\n').map(plain).join('\n')}\n`)
  }
  let said = ''
  const sayOnce = (line: string): void => {
    if (line !== said) say(line)
    said = line
  }
  let acted: { readonly state: string; readonly at: number } | undefined
  for (;;) {
    const seen: Look<result> = await look().catch((error: unknown) => ({ line: patience(error), done: false }))
    sayOnce(seen.line)
    if (seen.done) return seen.result
    const { act } = seen
    const isDone = acted !== undefined && acted.state === act?.state && Date.now() - acted.at < AGAIN_MS
    if (act === undefined || isDone) {
      await wait(PAUSE_MS)
      continue
    }
    acted = { state: act.state, at: Date.now() }
    const text = await act.run().catch(patience)
    if (!context.json) say(text.replace(/^/gm, '  '))
  }
}

/** What to say of an error that time alone heals; throws every other. */
function patience(error: unknown): string {
  if (error instanceof TooEarlyError || error instanceof NodeUnreachableError || error instanceof NodeRateLimitError)
    return `${error.shortMessage} Trying again.`
  throw error
}
