import { db } from 'ponder:api'
import { account, credit, dispute, payment, slot, stake, stakeMovement, taskStake, voter } from 'ponder:schema'
import { Hono } from 'hono'
import { and, asc, desc, eq, gt, or } from 'ponder'
import { noAccount } from '../reducers/account.js'
import { answer } from './answer.js'
import { notFound } from './errors.js'
import { addressOf, queryOf } from './parameters.js'
import { presentSlot } from './present.js'

const rowsShown = 25
const creditsShown = 100

export const accounts = new Hono()

accounts.get('/:address', (c) => {
  queryOf(c, [])
  const address = addressOf('address', c.req.param('address'))
  return answer(c, async () => {
    const [[row], credits, payments, slots, ...rest] = await Promise.all([
      db.select().from(account).where(eq(account.address, address)),
      db.select().from(credit).where(eq(credit.account, address)).orderBy(asc(credit.token)).limit(creditsShown),
      db.select().from(payment).where(eq(payment.account, address)).orderBy(desc(payment.id)).limit(rowsShown),
      db.select().from(slot).where(eq(slot.worker, address)).orderBy(desc(slot.eventId)).limit(rowsShown),
      db.select().from(stake).where(eq(stake.account, address)).orderBy(asc(stake.token)).limit(creditsShown),
      db
        .select()
        .from(stakeMovement)
        .where(or(eq(stakeMovement.account, address), eq(stakeMovement.beneficiary, address)))
        .orderBy(desc(stakeMovement.id))
        .limit(rowsShown),
      db
        .select()
        .from(taskStake)
        .where(and(eq(taskStake.account, address), gt(taskStake.locked, 0n)))
        .orderBy(desc(taskStake.updatedAt))
        .limit(rowsShown),
      db.select().from(dispute).where(eq(dispute.challenger, address)).orderBy(desc(dispute.id)).limit(rowsShown),
      db.select().from(voter).where(eq(voter.address, address)),
    ])
    const [stakes, stakeMovements, lockedStakes, disputes, [voting]] = rest
    // A holder of vote tokens may never have touched a task.
    const known = row ?? (voting ? noAccount(address, voting.updatedAt) : undefined)
    if (!known) throw notFound('account', address)
    return {
      ...known,
      credits: credits.map(withoutAccount),
      payments: payments.map(withoutAccount),
      slots: slots.map(presentSlot),
      stakes: stakes.map(withoutAccount),
      stakeMovements,
      lockedStakes: lockedStakes.map(withoutAccount),
      disputes,
      voting: voting ?? null,
    }
  })
})

function withoutAccount<row extends { account: string }>({ account: _, ...columns }: row) {
  return columns
}
