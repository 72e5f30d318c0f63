import type { ScenarioName } from './catalogue.ts'
import { consensus } from './consensus.ts'
import { direct } from './direct.ts'
import { hiddenGold } from './hiddenGold.ts'
import { openGold } from './openGold.ts'
import { optimistic } from './optimistic.ts'
import type { Scenario } from './scenario.ts'

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  'open-gold': openGold,
  'hidden-gold': hiddenGold,
  consensus,
  direct,
  optimistic,
}
