import { task, terms, verifierKey } from 'ponder:schema'
import { type sql as Sql, sql } from 'ponder'

type Expression = ReturnType<typeof Sql>

/** Whether a key the task pinned is frozen; needs `task` joined with `terms`. */
export const haltedSql = sql<boolean>`exists (
  select 1 from ${verifierKey} where ${verifierKey.status} = 'frozen'
  and ${verifierKey.id} in (${terms.legalityKeyId}, ${terms.agreementKeyId}, ${terms.scoreKeyId})
)`

/** The same decision as `taskPhase`, for filtering in the database. A test compares the two over every boundary. */
export function phaseSql(now: bigint): Expression {
  const at = sql`${now.toString()}::numeric`
  const open = sql`${task.joined} > ${task.paid} + ${task.returned}`
  const undelivered = sql`${task.delivered} < ${task.committed}`
  const openGold = sql`${task.kind} = 'open-gold' and ${open}`
  const hiddenGold = sql`${task.kind} = 'hidden-gold' and ${open}`
  const closed = sql`${task.goldOpenedAt} is null`
  return sql`case
    when ${task.status} = 'cancelled' then 'cancelled'
    when ${task.status} = 'completed' then 'completed'
    when ${haltedSql} then 'halted'
    when ${task.joined} < ${task.slots} and ${task.unfilled} is null and ${at} <= ${task.joinBy} then 'joining'
    when ${openGold} and not ${closed} and ${undelivered} and ${at} <= ${terms.proveBy} then 'proving'
    when ${openGold} and ${closed} and ${task.committed} < ${task.joined} and ${at} <= ${terms.commitBy} then 'committing'
    when ${openGold} and ${closed} and ${task.committed} > 0 and ${at} <= ${terms.openBy} then 'opening'
    when ${openGold} and ${closed} and ${undelivered} and ${at} <= ${terms.proveBy} then 'delivering'
    when ${hiddenGold} and ${task.delivered} < ${task.joined} and ${at} <= ${terms.submitBy} then 'submitting'
    when ${hiddenGold} and ${task.scored} < ${task.delivered} and ${at} <= ${terms.scoreBy} then 'scoring'
    else 'settling' end`
}
