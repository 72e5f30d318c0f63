import { NodeRateLimitError } from '../../errors/node.js'
import { httpAnswer, isRateLimit, retryAfterOf } from '../../events/nodeErrors.js'

/** How long a node that limits requests is waited for in all, and at first. */
const PATIENCE_SECONDS = 60
const FIRST_PAUSE_SECONDS = 1

/**
 * Runs a request, and again after pauses while the node says that it takes no more for now: as long as it asks for, else twice as
 * long each time. Every other error passes.
 */
export async function patiently<T>(run: () => Promise<T>): Promise<T> {
  let waited = 0
  for (let pause = FIRST_PAUSE_SECONDS; ; pause *= 2) {
    try {
      return await run()
    } catch (error) {
      if (!isRateLimit(error)) throw error
      const seconds = retryAfterOf(error) ?? pause
      if (waited + seconds > PATIENCE_SECONDS)
        throw new NodeRateLimitError({ origin: httpAnswer(error).origin, seconds: waited, cause: error })
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
      waited += seconds
    }
  }
}
