import { task, terms, verifierKey } from 'ponder:schema'
import { type sql as Sql, sql } from 'ponder'

type Expression = ReturnType<typeof Sql>

/** Whether a key the task pinned is frozen; needs `task` joined with `terms`. */
export const haltedSql = sql<boolean>`exists (
  select 1 from ${verifierKey} where ${verifierKey.status} = 'frozen' and ${verifierKey.id} = any(${terms.keyIds})
)`

/** The same decision as `taskPhase`, for filtering in the database. A test compares the two over every boundary. */
export function phaseSql(now: bigint): Expression {
  const at = sql`${now.toString()}::numeric`
  const within = (deadline: unknown) => sql`${at} <= coalesce(${deadline}, 0)`
  const ended = sql`${task.paid} + ${task.returned} = ${task.joined}`
  const filled = sql`(${task.joined} = ${task.slots} or ${task.unfilled} is not null)`
  const held = sql`${task.bondState} = 'held'`
  const audit = sql`(${task.kind} = 'hidden-gold' and ${task.auditPanel} is not null and not ${task.auditClosed})`
  const answering = sql`${task.audited} < ${task.auditPanel} and ${within(task.answerBy)}`
  const disputable = sql`${task.kind} = 'hidden-gold' and ${task.auditPanel} is null and ${task.rejected} > 0
    and ${within(task.disputableUntil)}`
  const full = sql`(${filled} or (${task.kind} = 'consensus' and ${task.joined} >= coalesce(${task.slotLimit}, ${task.slots})))`
  const joinBy = sql`case when ${task.kind} = 'consensus' then coalesce(${task.roundJoinBy}, 0) else ${task.joinBy} end`
  const kind = (name: string) => sql`${task.kind} = ${name}`
  const closed = sql`${task.goldOpenedAt} is null`
  const uncommitted = sql`${task.committed} < ${task.joined}`
  const undelivered = sql`${task.delivered} < ${task.committed}`
  return sql`case
    when ${filled} and ${ended} and not ${held} then case when ${task.joined} = 0 then 'cancelled' else 'completed' end
    when (${filled} and ${ended}) or ${audit} then case
      when ${audit} then case when ${answering} then 'auditing' else 'settling' end
      when ${disputable} then 'disputable'
      else 'settling' end
    when ${haltedSql} then 'halted'
    when not ${full} and ${at} <= ${joinBy} then 'joining'
    when ${ended} then 'settling'
    when ${kind('open-gold')} and not ${closed} then case when ${within(task.proveBy)} then 'proving' else 'settling' end
    when ${kind('open-gold')} and ${uncommitted} and ${within(task.commitBy)} then 'committing'
    when ${kind('open-gold')} and ${task.committed} = 0 then 'settling'
    when ${kind('open-gold')} and ${within(task.openBy)} then 'opening'
    when ${kind('open-gold')} and ${within(task.proveBy)} then 'delivering'
    when ${kind('hidden-gold')} and ${task.delivered} < ${task.joined} and ${within(task.submitBy)} then 'submitting'
    when ${kind('hidden-gold')} and ${task.delivered} > 0 and ${within(task.scoreBy)} then 'scoring'
    when ${kind('consensus')} and ${task.assigns} and ${task.seeded} < ${task.joined} and ${within(task.commitBy)} then 'drawing'
    when ${kind('consensus')} and ${uncommitted} and ${within(task.commitBy)} then 'committing'
    when ${kind('consensus')} and ${undelivered} and ${within(task.deliverBy)} then 'delivering'
    when ${kind('consensus')} and ${task.delivered} > 0 and ${within(task.settleBy)} then 'aggregating'
    when ${kind('direct')} and ${within(task.proveBy)} then 'proving'
    when ${kind('optimistic')} and ${task.claimed} < ${task.joined} and ${within(task.claimBy)} then 'claiming'
    when ${kind('optimistic')} and ${task.openDisputes} > 0 and ${within(task.answerBy)} then 'disputed'
    when ${kind('optimistic')} and ${within(task.challengeBy)} then 'challenging'
    else 'settling' end`
}
