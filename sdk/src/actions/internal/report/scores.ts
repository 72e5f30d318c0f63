import { filterEvents } from '../../../events/decode.js'
import { neededAgreements } from '../../../labels/rules.js'
import type { Slot, TaskState } from '../../types.js'
import type { Report, Standing } from './checks.js'

const BPS = 10_000n

/** The score that the registry keeps, against what was proven. A threshold that was reached is no score. */
export function checkScore(standing: Standing, slot: Slot, report: Report): void {
  const { task } = standing
  if (task.kind === 'open-gold' && slot.ending === 'proven') checkThreshold(task, slot, report)
  if (task.kind === 'hidden-gold') checkHiddenGold(standing, task, slot, report)
  if (task.kind === 'consensus') checkAgreement(standing, task, slot, report)
}

type Of<kind extends TaskState['kind']> = Extract<TaskState, { kind: kind }>

function checkThreshold({ rules }: Of<'open-gold'>, { slot, scoreBps }: Slot, report: Report): void {
  const { goldCount, thresholdBps } = rules
  if (scoreBps === 0 && thresholdBps !== 0) {
    report.skipped('score', 'none: the gold was not opened, so its labels are shown to be legal and no more', { slot })
    report.leaveOpen(`Slot ${slot}: that it agrees with any gold. The gold was never opened.`)
  } else
    report.same(
      'score',
      `at least ${neededAgreements(rules)} of ${goldCount} gold answers; how many exactly is not proven`,
      [['basis points', scoreBps, thresholdBps]],
      { slot },
    )
}

function checkHiddenGold({ events }: Standing, { rules }: Of<'hidden-gold'>, taken: Slot, report: Report): void {
  const { slot, scoreBps, ending } = taken
  const scored = filterEvents(events, 'SlotScored').find(({ args }) => args.slot === slot)?.args
  if (!scored) {
    if (scoreBps !== 0) report.failed('score', `${scoreBps} basis points, and none was proven`, { slot })
    return
  }
  const { agreements, goldCount, passed } = scored
  // A slot that an audit paid, or whose rejection is provisional, keeps no score.
  const isFinal = ending === 'proven' || ending === 'rejected'
  report.same(
    'score',
    `${agreements} of ${goldCount} gold answers, proven without showing them: ${passed ? 'enough' : 'too few'}`,
    [
      ['gold answers', goldCount, rules.goldCount],
      ['passed', passed, agreements >= BigInt(neededAgreements(rules))],
      ...(isFinal
        ? ([
            ['basis points', bps(agreements, goldCount), scoreBps],
            ['paid', ending === 'proven', passed],
          ] as const)
        : []),
    ],
    { slot },
  )
}

function checkAgreement({ events }: Standing, { rules }: Of<'consensus'>, taken: Slot, report: Report): void {
  const { slot, scoreBps, ending } = taken
  const agreed = filterEvents(events, 'SlotAgreed').find(({ args }) => args.slot === slot)?.args
  if (!agreed) {
    if (scoreBps !== 0) report.failed('score', `${scoreBps} basis points, and none was proven`, { slot })
    return
  }
  const { agreements, assigned, passed } = agreed
  report.same(
    'score',
    `${agreements} of ${assigned} items as the majority has them: ${passed ? 'enough' : 'too few'}`,
    [
      ['basis points', bps(agreements, assigned), scoreBps],
      ['passed', passed, agreements * BPS >= BigInt(rules.thresholdBps) * assigned],
      ['paid', ending === 'proven', passed],
    ],
    { slot },
  )
}

/** As the contracts round it: down. */
function bps(agreements: bigint, of: bigint): bigint {
  return of === 0n ? 0n : (BPS * agreements) / of
}
