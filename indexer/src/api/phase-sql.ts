import { task, terms, verifierKey } from 'ponder:schema'
import { type sql as Sql, sql } from 'ponder'

type Expression = ReturnType<typeof Sql>

const isFrozen = (key: Expression) => sql<boolean>`exists (
  select 1 from ${verifierKey} where ${verifierKey.status} = 'frozen' and ${verifierKey.id} = ${key}
)`

/** Which keys the task pinned are frozen, as `FrozenKeys`; needs `task` joined with `terms`. */
export const frozenSql = {
  halted: isFrozen(sql`any(${terms.keyIds})`),
  scoreKeyFrozen: isFrozen(sql`${terms.scoreKeyId}`),
  auditKeysFrozen: isFrozen(sql`any(array[${terms.auditKeyId}, ${terms.legalityKeyId}])`),
}

/** The same decision as `taskPhase`, for filtering in the database. A test compares the two over every boundary. */
export function phaseSql(now: bigint): Expression {
  const { halted, scoreKeyFrozen, auditKeysFrozen } = frozenSql
  const at = sql`${now.toString()}::numeric`
  const within = (deadline: unknown) => sql`${at} <= coalesce(${deadline}, 0)`
  const ended = sql`${task.paid} + ${task.returned} = ${task.joined}`
  const filled = sql`(${task.joined} = ${task.slots} or ${task.unfilled} is not null)`
  const held = sql`${task.bondState} = 'held'`
  const kind = (name: string) => sql`${task.kind} = ${name}`

  const audit = sql`(${kind('hidden-gold')} and ${task.auditPanel} is not null and not ${task.auditClosed})`
  const mayBeAudited = sql`(${kind('hidden-gold')} and ${task.auditPanel} is null and ${task.rejected} > 0 and ${held}
    and not ${auditKeysFrozen})`
  const disputable = sql`${mayBeAudited} and not ${within(task.scoreBy)} and ${within(task.disputableUntil)}`
  const submitted = sql`(not ${within(task.submitBy)}
    or ((${filled} or ${at} > ${task.joinBy}) and ${task.delivered} = ${task.joined}))`
  const scoring = sql`${task.delivered} > 0 and ${within(task.scoreBy)}`

  const full = sql`(${filled} or (${kind('consensus')} and ${task.joined} >= coalesce(${task.slotLimit}, ${task.slots})))`
  const joinBy = sql`case when ${kind('consensus')} then coalesce(${task.roundJoinBy}, 0) else ${task.joinBy} end`
  const roundJoined = sql`(${task.joined} - ${task.firstSlot})`
  const roundCommitted = sql`(${task.committed} - ${task.committedBefore})`
  const roundDelivered = sql`(${task.delivered} - ${task.deliveredBefore})`
  const commitsOver = sql`(not ${within(task.commitBy)}
    or (${task.joined} >= coalesce(${task.slotLimit}, ${task.slots}) and ${roundCommitted} = ${roundJoined}))`
  const deliveriesOver = sql`(not ${within(task.deliverBy)} or (${roundDelivered} = ${roundCommitted} and ${commitsOver}))`
  const voting = sql`${kind('consensus')} and not ${task.decided}`
  const seedMissing = sql`(${roundJoined} > 0 and ${task.assigns} and ${task.seeded} < ${task.joined})`
  // Integers: the half is rounded down as in the contract.
  const revealBy = sql`${task.roundJoinBy} + div(${task.commitBy} - ${task.roundJoinBy}, 2)`

  const closed = sql`${task.goldOpenedAt} is null`
  const uncommitted = sql`${task.committed} < ${task.joined}`
  return sql`case
    when ${filled} and ${ended} and not ${held} then case when ${task.joined} = 0 then 'cancelled' else 'completed' end
    when ${audit} then case
      when ${task.audited} = ${task.auditPanel} then 'settling'
      when ${auditKeysFrozen} then 'halted'
      when ${within(task.answerBy)} then 'auditing'
      else 'settling' end
    when ${disputable} then 'disputable'
    when ${filled} and ${ended} then case when ${mayBeAudited} and ${within(task.scoreBy)} then 'scoring' else 'settling' end
    when ${halted} then case
      when ${kind('hidden-gold')} and not ${scoreKeyFrozen} and ${submitted} and not ${ended} and ${scoring} then 'scoring'
      else 'halted' end
    when not ${full} and ${at} <= ${joinBy} then 'joining'
    when ${ended} then 'settling'
    when ${kind('open-gold')} and not ${closed} then case when ${within(task.proveBy)} then 'proving' else 'settling' end
    when ${kind('open-gold')} and ${uncommitted} and ${within(task.commitBy)} then 'committing'
    when ${kind('open-gold')} and ${task.committed} = 0 then 'settling'
    when ${kind('open-gold')} and ${within(task.openBy)} then 'opening'
    when ${kind('open-gold')} and ${within(task.proveBy)} then 'delivering'
    when ${kind('hidden-gold')} and ${task.delivered} < ${task.joined} and ${within(task.submitBy)} then 'submitting'
    when ${kind('hidden-gold')} and ${scoring} then 'scoring'
    when ${voting} and not ${commitsOver} then case
      when not ${seedMissing} then 'committing'
      when ${within(revealBy)} then 'drawing'
      else 'settling' end
    when ${voting} and not ${deliveriesOver} then 'delivering'
    when ${kind('consensus')} and ${task.delivered} > 0 and ${within(task.settleBy)} then 'aggregating'
    when ${kind('direct')} and ${within(task.proveBy)} then 'proving'
    when ${kind('optimistic')} and ${task.claimed} < ${task.joined} and ${within(task.claimBy)} then 'claiming'
    when ${kind('optimistic')} and ${task.openDisputes} > 0 and ${within(task.answerBy)} then 'disputed'
    when ${kind('optimistic')} and ${within(task.challengeBy)} then 'challenging'
    else 'settling' end`
}
