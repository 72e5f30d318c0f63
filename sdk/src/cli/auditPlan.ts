import { type AuditProgress, auditStanding, type OverturnedGold } from '../phase.js'

export type AuditPlan = {
  /** Whether anything is left to prove. */
  readonly answer: boolean
  /** Slots whose audits are to be decided then, in this order, until every rejected slot is redressed. */
  readonly close: readonly number[]
}

/**
 * What is left to do about audits. One that was missed overturns all of the gold as soon as anybody closes it: it comes first, and nothing
 * is proven for the others any more. Of what is to be closed alone, audits that wait for an answer are left out, unless there is nothing
 * else: then closing says what they wait for.
 */
export function planAudits(
  task: OverturnedGold & { readonly auditKeysFrozen: boolean; readonly timestamp: bigint },
  audits: readonly (AuditProgress & { readonly slot: number })[],
  { onlyClose }: { readonly onlyClose: boolean },
): AuditPlan {
  const all = audits.map((audit) => ({ slot: audit.slot, standing: auditStanding(audit, task, task.timestamp) }))
  const late = all.filter(({ standing }) => standing === 'late')
  const answer = !onlyClose && late.length === 0 && all.some(({ standing }) => standing === 'waiting')
  const rest = all.filter(({ standing }) => standing !== 'late' && (answer || standing !== 'waiting'))
  const close = [...late, ...rest]
  return { answer, close: (close.length === 0 ? all : close).map(({ slot }) => slot) }
}
