import { command, requiredText } from '../command.js'
import { UsageError } from '../errors.js'
import { advanceChain } from '../localChain.js'
import { list, time } from '../output.js'
import { durationOf } from '../taskFields.js'

export const chainAdvance = command({
  name: 'advance',
  description: 'Move the clock of a local chain on, past a deadline, and mine a block',
  args: { duration: { type: 'positional', required: true, description: 'For example 90s, 10m, 2h or 1d' } },
  run: async (context, flags) => {
    const seconds = durationOf(requiredText(flags, 'duration'))
    if (seconds === undefined || seconds === 0n)
      throw new UsageError('The duration must be a number with s, m, h or d, for example 10m.')
    const timestamp = await advanceChain(await context.reader(), seconds)
    return { data: { timestamp }, text: list({ 'the chain is at': time(timestamp) }) }
  },
})
