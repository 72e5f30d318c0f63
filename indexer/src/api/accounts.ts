import { db } from 'ponder:api'
import { account, credit, payment, slot } from 'ponder:schema'
import { Hono } from 'hono'
import { asc, desc, eq } from 'ponder'
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
    const [[row], credits, payments, slots] = await Promise.all([
      db.select().from(account).where(eq(account.address, address)),
      db.select().from(credit).where(eq(credit.account, address)).orderBy(asc(credit.token)).limit(creditsShown),
      db.select().from(payment).where(eq(payment.account, address)).orderBy(desc(payment.id)).limit(rowsShown),
      db.select().from(slot).where(eq(slot.worker, address)).orderBy(desc(slot.eventId)).limit(rowsShown),
    ])
    if (!row) throw notFound('account', address)
    return {
      ...row,
      credits: credits.map(withoutAccount),
      payments: payments.map(withoutAccount),
      slots: slots.map(presentSlot),
    }
  })
})

function withoutAccount<row extends { account: string }>({ account: _, ...columns }: row) {
  return columns
}
