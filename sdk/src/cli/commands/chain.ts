import { parseDuration } from '../../text/durations.js'
import { command, requiredText } from '../command.js'
import { UsageError } from '../errors.js'
import { advanceChain } from '../localChain.js'
import { list, time } from '../output.js'

export const chainAdvance = command({
  name: 'advance',
  description: 'Move the clock of a local chain on, past a deadline, and mine a block',
  args: { duration: { type: 'positional', required: true, description: 'For example 90s, 10m, 2h or 1d' } },
  run: async (context, flags) => {
    const seconds = parseDuration(requiredText(flags, 'duration'))
    if (seconds === undefined || seconds === 0)
      throw new UsageError('The duration must be a number with s, m, h or d, for example 10m.')
    const timestamp = await advanceChain(await context.reader(), BigInt(seconds))
    return { data: { timestamp }, text: list({ 'the chain is at': time(timestamp) }) }
  },
})
