const FIRST_ITEM =
  'Item 0 is always active, because a task has at least one item: there is no padding to force to zero.'

const FIRST_WORKER =
  'Position 0 is always used, because a proof is about at least one worker: there is no unused position to keep from counting.'

/**
 * Every class of constraint that can be dropped without anything noticing, and why that is right. `redundant` ones were proven by the tool to
 * follow from others; there must be no `survived` one without a reason. The study demands exactly these.
 */
export const SURVIVORS: Readonly<Record<string, string>> = {
  'redundant: (1 + active) * (codes) = 0': FIRST_ITEM,
  'redundant: (1 + active) * (code) = 0': FIRST_ITEM,
  'redundant: (1 + used) * (weight) = 0': FIRST_WORKER,
  'redundant: (1 + used) * (mask) = 0': FIRST_WORKER,
}
