import type { Phase } from '../lib/phases'
import { Badge } from './Badge'
import { Time } from './Time'

const BAR_WIDTH = 100
const STATE_WORDS = { past: 'over', now: 'now', future: 'to come' } as const

/** The deadlines of a task as steps in order, with how much of the present one has passed. */
export function PhaseBar({ phases }: { phases: readonly Phase[] }) {
  return (
    <ol className="phases">
      {phases.map(({ name, purpose, until, endedEarly, state, elapsed, remaining }) => (
        <li key={name} className="phase" data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
          <svg viewBox={`0 0 ${BAR_WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
            <rect width={BAR_WIDTH * elapsed} height="8" />
          </svg>
          <strong>
            {name}
            {state === 'now' && <Badge tone="busy">{remaining}</Badge>}
            <span className="visually-hidden">({STATE_WORDS[state]})</span>
          </strong>
          <span>{purpose}</span>
          {endedEarly === undefined ? (
            <span>
              until <Time seconds={until} />
            </span>
          ) : (
            <span>
              over early, <Time seconds={endedEarly} />
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}
