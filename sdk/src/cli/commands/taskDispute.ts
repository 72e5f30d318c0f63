import { outOf, sendOrSign, signedArgument } from '../callFile.js'
import { command, idOf, numberOf } from '../command.js'
import { UsageError } from '../errors.js'
import { requesterSecrets } from '../kept.js'
import { list, proving, withProgress } from '../output.js'
import { amountOf } from './stake.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const

export const taskDispute = command({
  name: 'dispute',
  description: 'Dispute a claim (optimistic), or your own rejection (hidden gold: asks for a gold audit); locks a bond',
  args: {
    id,
    slot: { type: 'string', valueHint: 'N', description: 'Slot to dispute', required: true },
    'max-bond': { type: 'string', valueHint: 'BASE-UNITS', description: 'Most the bond may be (default: what it is)' },
    out: signedArgument,
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const slot = numberOf(flags, 'slot')
    if (slot === undefined) throw new UsageError('--slot is missing.', 'Say which slot: --slot 0.')
    const maxBond = flags['max-bond'] === undefined ? undefined : amountOf(flags, 'max-bond', true)
    const out = outOf(flags)
    const sent = await sendOrSign({ out, chainId: client.chain.id }, (how) =>
      client.disputeSlot({ taskId, slot, ...(maxBond === undefined ? {} : { maxBond }), ...how }),
    )
    if (!sent) return { data: { taskId, slot, file: out }, text: list({ written: out }) }
    const { bond, hash, found } = sent
    const data = { taskId, slot, bond, hash, found }
    return { data, text: list({ disputed: `slot ${slot}`, bond: `${bond} base units`, transaction: hash }) }
  },
})

export const taskAudit = command({
  name: 'audit',
  description: 'Answer a gold audit: prove every slot of its panel; with --close, or once it is over, decide it',
  args: {
    id,
    close: { type: 'boolean', description: 'Only decide it, which anyone may' },
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const answered = flags.close
      ? undefined
      : await withProgress('Auditing', context.json, async (report) => {
          const secrets = await requesterSecrets(context, taskId)
          let [done, panel, slot] = [0, 1, 0]
          return client.auditGold({
            taskId,
            secrets,
            prover: context.prover(),
            onSlot: (...progress) => {
              ;[done, panel, slot] = progress
            },
            onProgress: proving((fraction, stage) => report((done + fraction) / panel, `slot ${slot} ${stage}`)),
          })
        })
    const { ruling, panel, audited, weakest, hash } = await client.closeAudit({ taskId })
    const data = { taskId, ruling, panel, audited, weakest, hash, proven: answered?.audited ?? [] }
    const text = list({
      ruling,
      proven: `${audited} of ${panel} slots`,
      ...(weakest ? { 'weakest gold item': `${weakest.item}, ${weakest.count} of ${panel} agree` } : {}),
      transaction: hash,
    })
    return { data, text }
  },
})

export const taskReleaseBond = command({
  name: 'release-bond',
  description: "Free the requester's bond once nothing about the task can be disputed any more",
  args: { id },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { amount, hash, found } = await client.releaseBond({ taskId })
    return { data: { taskId, amount, hash, found }, text: list({ freed: `${amount} base units`, transaction: hash }) }
  },
})

export const taskRedress = command({
  name: 'redress',
  description: "Give a rejected slot its part of the requester's forfeited bond",
  args: { id, slot: { type: 'string', valueHint: 'N', description: 'Rejected slot', required: true } },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const slot = numberOf(flags, 'slot')
    if (slot === undefined) throw new UsageError('--slot is missing.', 'Say which slot: --slot 0.')
    const { payout, amount, hash, found } = await client.claimRedress({ taskId, slot })
    const data = { taskId, slot, payout, amount, hash, found }
    return { data, text: list({ 'free stake of': payout, amount: `${amount} base units`, transaction: hash }) }
  },
})
