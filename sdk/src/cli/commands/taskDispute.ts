import type { Hex } from 'viem'
import type { Audit } from '../../actions/index.js'
import { assertKind } from '../../actions/internal/task.js'
import { NoAuditError } from '../../errors/disputes.js'
import { allRedressed } from '../../phase.js'
import { amountsOf } from '../../text/amounts.js'
import { AMOUNT_HINT, amountOf } from '../amounts.js'
import { planAudits } from '../auditPlan.js'
import { outOf, sendOrSign, signedArgument } from '../callFile.js'
import { command, idOf, numberOf } from '../command.js'
import type { Context } from '../context.js'
import { UsageError } from '../errors.js'
import { requesterSecrets } from '../kept.js'
import { list, proving, table, withProgress } from '../output.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const

export const taskDispute = command({
  name: 'dispute',
  description: 'Dispute a claim (optimistic), or your own rejection (hidden gold: asks for a gold audit); locks a bond',
  args: {
    id,
    slot: { type: 'string', valueHint: 'N', description: 'Slot to dispute', required: true },
    'max-bond': {
      type: 'string',
      valueHint: 'AMOUNT',
      description: `Most the bond may be, ${AMOUNT_HINT} (default: what it is)`,
    },
    out: signedArgument,
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const slot = numberOf(flags, 'slot')
    if (slot === undefined) throw new UsageError('--slot is missing.', 'Say which slot: --slot 0.')
    const out = outOf(flags)
    const { token } = await client.getTask({ taskId })
    const maxBond = await amountOf(client, token, flags, 'max-bond')
    const sent = await sendOrSign({ out, chainId: client.chain.id }, (how) =>
      client.disputeSlot({ taskId, slot, ...(maxBond === undefined ? {} : { maxBond }), ...how }),
    )
    if (!sent) return { data: { taskId, slot, file: out }, text: list({ written: out }) }
    const { bond, hash, found } = sent
    const data = { taskId, slot, bond, hash, found }
    const inWords = (await amountsOf(client, token))(bond)
    return { data, text: list({ disputed: `slot ${slot}`, bond: inWords, transaction: hash }) }
  },
})

export const taskAudit = command({
  name: 'audit',
  description:
    'Answer gold audits: draw their panels, prove every slot of them, decide them; what is too late or void is only decided',
  args: {
    id,
    slot: { type: 'string', valueHint: 'N', description: 'Slot whose worker asked (default: every open audit)' },
    close: { type: 'boolean', description: 'Only decide what is proven, too late or void, which anyone may' },
    draw: {
      type: 'boolean',
      description:
        'Only draw the panels: anyone may, for a challenger without coins too, and a challenger should see to it',
    },
  },
  run: async (context, flags) => {
    if (flags.close && flags.draw) throw new UsageError('--close and --draw exclude each other.')
    const client = await context.signer()
    const taskId = idOf(flags)
    const slot = numberOf(flags, 'slot')
    const task = await hiddenGoldTask(client, taskId)
    const due = auditsOf(task, slot)
    if (flags.draw) {
      const drawn = []
      for (const { slot: asked } of due)
        drawn.push({ slot: asked, panel: (await client.drawPanel({ taskId, slot: asked })).panel })
      const rows = drawn.map(({ slot, panel }) => [slot, panel.join(', ')])
      return { data: { taskId, panels: drawn }, text: table(['audit of slot', 'panel'], rows) }
    }
    const plan = planAudits(task, due, { onlyClose: flags.close === true })
    const answered = !plan.answer
      ? []
      : await withProgress('Auditing', context.json, async (report) => {
          const secrets = await requesterSecrets(context, taskId)
          let current = { slot: 0, member: 0, done: 0, panelSize: 1 }
          const { audits } = await client.auditGold({
            taskId,
            ...(slot === undefined ? {} : { slot }),
            secrets,
            prover: context.prover(),
            onMember: (progress) => {
              current = progress
            },
            onProgress: proving((fraction, stage) =>
              report(
                (current.done + fraction) / current.panelSize,
                `audit of slot ${current.slot}, slot ${current.member} ${stage}`,
              ),
            ),
          })
          return audits
        })
    const audits = []
    for (const asked of plan.close) {
      const { ruling, panelSize, audited, withGold, withChallenger, hash } = await client.closeAudit({
        taskId,
        slot: asked,
      })
      const proven = answered.find((audit) => audit.slot === asked)?.audited ?? []
      audits.push({ slot: asked, ruling, panelSize, audited, withGold, withChallenger, hash, proven })
      // When everybody is redressed, every other audit is over.
      if (ruling === 'upheld' && allRedressed(await hiddenGoldTask(client, taskId))) break
    }
    const rows = audits.map(({ slot, ruling, audited, panelSize, withGold, withChallenger }) => [
      slot,
      ruling,
      `${audited} of ${panelSize}`,
      withGold,
      withChallenger,
    ])
    const headings = ['audit of slot', 'ruling', 'proven', 'with the gold', 'with the challenger']
    return { data: { taskId, audits }, text: table(headings, rows) }
  },
})

async function hiddenGoldTask(client: Awaited<ReturnType<Context['signer']>>, taskId: Hex) {
  const task = await client.getTask({ taskId })
  assertKind(task, 'hidden-gold')
  return task
}

/** Audits that are not decided; or the one of the slot that is named, whatever became of it. */
function auditsOf(
  { taskId, audits }: { readonly taskId: Hex; readonly audits: readonly Audit[] },
  slot: number | undefined,
): readonly Audit[] {
  const due = audits.filter((audit) => (slot === undefined ? !audit.closed : audit.slot === slot))
  if (due.length === 0) throw new NoAuditError({ taskId, ...(slot === undefined ? {} : { slot }) })
  return due
}

export const taskReleaseBond = command({
  name: 'release-bond',
  description: "Free the requester's bond once every slot has ended",
  args: { id },
  run: async (context, flags) => {
    const client = await context.signer()
    const taskId = idOf(flags)
    const { amount, hash, found } = await client.releaseBond({ taskId })
    const { token } = await client.getTask({ taskId })
    const freed = (await amountsOf(client, token))(amount)
    return { data: { taskId, amount, hash, found }, text: list({ freed, transaction: hash }) }
  },
})
