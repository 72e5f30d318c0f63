import { goldAudit, task, terms, verifierKey } from 'ponder:schema'
import { MAX_PANEL, MIN_ANSWERS, MIN_PANEL, MIN_SUBMITTED } from '@veritask/sdk/phase'
import { type sql as Sql, sql } from 'ponder'

type Expression = ReturnType<typeof Sql>

const constant = (value: number) => sql.raw(String(value))

const isFrozen = (key: Expression) => sql<boolean>`exists (
  select 1 from ${verifierKey} where ${verifierKey.status} = 'frozen' and ${verifierKey.id} = ${key}
)`

/** Which keys the task pinned are frozen, as `FrozenKeys`; needs `task` joined with `terms`. */
export const frozenSql = {
  halted: isFrozen(sql`any(${terms.keyIds})`),
  scoreKeyFrozen: isFrozen(sql`${terms.scoreKeyId}`),
  auditKeysFrozen: isFrozen(sql`any(array[${terms.auditKeyId}, ${terms.legalityKeyId}])`),
}

const openAudits = (among: Expression) => sql`${goldAudit}
  where ${goldAudit.taskId} = ${task.id} and ${goldAudit.closedAt} is null and ${among}`

const firstAnswerBy = sql`(select min(${goldAudit.answerBy}) from
  ${openAudits(sql`${goldAudit.audited} < ${goldAudit.panelSize}`)})`

/** Until when the open audits of the task are to be answered, as `AuditTimes`. */
export const auditTimesSql = {
  firstAnswerBy: timeOrNull(firstAnswerBy),
  lastAnswerBy: timeOrNull(sql`(select max(${goldAudit.answerBy}) from ${openAudits(sql`true`)})`),
}

function timeOrNull(time: Expression) {
  return sql<bigint | null>`${time}`.mapWith((value: string | number | null) => (value === null ? null : BigInt(value)))
}

/** The same decision as `taskPhase`, for filtering in the database. A test compares the two over every boundary. */
export function phaseSql(now: bigint): Expression {
  return decide(now).phase
}

/** The deadline that ends the present phase, null when none does: as `taskPhase` has it, by the same test. */
export function nextDeadlineSql(now: bigint): Expression {
  const { phase, joinBy, revealBy, lapsing } = decide(now)
  return sql`case ${phase}
    when 'joining' then ${joinBy}
    when 'drawing' then ${revealBy}
    when 'committing' then ${task.commitBy}
    when 'opening' then ${task.openBy}
    when 'proving' then ${task.proveBy}
    when 'delivering' then case when ${task.kind} = 'consensus' then ${task.deliverBy} else ${task.proveBy} end
    when 'aggregating' then ${task.settleBy}
    when 'submitting' then ${task.submitBy}
    when 'scoring' then ${task.scoreBy}
    when 'disputable' then ${task.disputableUntil}
    when 'auditing' then ${firstAnswerBy}
    when 'claiming' then ${task.claimBy}
    when 'challenging' then ${task.challengeBy}
    when 'disputed' then ${task.answerBy}
    when 'settling' then case when ${lapsing} then ${task.commitBy} end
    end`
}

function decide(now: bigint) {
  const { halted, scoreKeyFrozen, auditKeysFrozen } = frozenSql
  const at = sql`${now.toString()}::numeric`
  const within = (deadline: unknown) => sql`${at} <= coalesce(${deadline}, 0)`
  const ended = sql`${task.paid} + ${task.returned} = ${task.joined}`
  const filled = sql`(${task.joined} = ${task.slots} or ${task.unfilled} is not null)`
  const held = sql`${task.bondState} = 'held'`
  const kind = (name: string) => sql`${task.kind} = ${name}`

  const hidden = kind('hidden-gold')
  const others = sql`(${task.delivered} - 1)`
  const canUphold = sql`(${others} >= ${constant(MIN_PANEL)}
    and least(${others}, ${constant(MAX_PANEL)}) * ${task.mostDisputedItems} >= ${constant(MIN_ANSWERS)})`
  const auditable = sql`(${task.delivered} >= ${constant(MIN_SUBMITTED)} and not ${auditKeysFrozen})`
  const mayAsk = sql`(${auditable} and ${canUphold} and not ${within(task.scoreBy)} and ${within(task.disputableUntil)})`
  const redressed = sql`(${task.mostDisputedItems} - ${task.overturnedItems} <= coalesce(${task.allowedMistakes}, 0))`
  const pending = sql`(${hidden} and ${task.rejected} > 0 and not ${redressed}
    and (${task.openAudits} > 0 or ${mayAsk} or (${within(task.scoreBy)} and ${auditable})))`
  const unscoredEnd = sql`(${within(task.scoreBy)} and ${scoreKeyFrozen}
    and ${task.joined} - ${task.paid} - ${task.returned} > ${task.rejected})`
  const submitted = sql`(not ${within(task.submitBy)}
    or ((${filled} or ${at} > ${task.joinBy}) and ${task.delivered} = ${task.joined}))`
  const scoring = sql`${task.scored} < ${task.delivered} and ${within(task.scoreBy)}`

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
  const phase = sql`case
    when ${filled} and ${ended} then case
      when ${held} then 'settling'
      when ${task.joined} = 0 then 'cancelled'
      else 'completed' end
    when ${pending} and not ${unscoredEnd} then case
      when ${within(task.scoreBy)} then 'scoring'
      when ${task.unprovenAudits} > 0 and not ${auditKeysFrozen} and ${within(firstAnswerBy)} then 'auditing'
      when ${mayAsk} then 'disputable'
      when ${auditKeysFrozen} and ${task.unprovenAudits} > 0 then 'halted'
      else 'settling' end
    when ${halted} then case
      when ${hidden} and not ${scoreKeyFrozen} and ${submitted} and ${scoring} then 'scoring'
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
  // The slots of a round whose seed never came lapse when its time to commit is over; the votes of earlier rounds count.
  const lapsing = sql`(${voting} and not ${halted} and not ${ended} and not ${commitsOver} and ${seedMissing} and ${task.delivered} > 0)`
  return { phase, joinBy, revealBy, lapsing }
}
