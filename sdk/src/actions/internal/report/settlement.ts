import { WHOLE_TASK } from '../../../context.js'
import { filterEvents, findEvent } from '../../../events/decode.js'
import { openGoldCommitment } from '../../../labels/gold.js'
import type { ReleaseManifest } from '../../../proving/types.js'
import { rulings } from '../../../states.js'
import type { Audit, TaskState } from '../../types.js'
import type { Report, Standing } from './checks.js'
import { checkVersion } from './contents.js'
import { checkReceipts } from './proofs.js'

type Of<kind extends TaskState['kind']> = Extract<TaskState, { kind: kind }>

/** What the task as a whole came to: its gold, its audits, its consensus. */
export async function checkSettlement(
  standing: Standing,
  report: Report,
  manifest: ReleaseManifest | null | undefined,
): Promise<void> {
  const { task } = standing
  switch (task.kind) {
    case 'open-gold':
      return checkOpenGold(standing, task, report)
    case 'hidden-gold':
      return checkHiddenGold(standing, task, report)
    case 'consensus':
      return checkConsensus(standing, task, report, manifest)
    case 'direct':
    case 'optimistic':
      return
    default: {
      const never: never = task
      return never
    }
  }
}

function checkOpenGold({ events }: Standing, task: Of<'open-gold'>, report: Report): void {
  const opened = findEvent(events, 'GoldOpened')
  if (!opened && task.goldOpenedAt === 0n) {
    report.skipped('gold', 'not opened')
    return
  }
  report.same(
    'gold',
    `the ${task.rules.goldCount} answers that were opened are those committed to when the task was made`,
    [
      ['opened', opened !== undefined, task.goldOpenedAt !== 0n],
      ['commitment', opened && openGoldCommitment(opened.args.gold), task.terms.goldCommitment],
    ],
  )
  report.leaveOpen('That the gold is right: the requester chose it, before any label was committed.')
}

function checkHiddenGold({ events }: Standing, task: Of<'hidden-gold'>, report: Report): void {
  report.skipped('gold', 'stays secret: scores are proven against the commitment to it in the terms')
  report.leaveOpen('That the hidden gold is right: the requester chose it. A rejected worker can have it audited.')
  const closed = filterEvents(events, 'GoldAuditClosed')
  const opened = filterEvents(events, 'GoldAuditOpened')
  if (opened.length !== task.audits.length)
    report.failed('audit', `differ: audits opened: ${opened.length} and ${task.audits.length}`)
  for (const audit of task.audits) {
    const about = { slot: audit.slot }
    const asked = opened.find(({ args }) => args.slot === audit.slot)?.args
    const ruled = closed.find(({ args }) => args.slot === audit.slot)?.args
    const audited = filterEvents(events, 'SlotAudited').filter(({ args }) => args.slot === audit.slot)
    report.same(
      'audit',
      auditText(audit),
      [
        ['challenger', asked?.challenger, audit.challenger],
        ['panel', asked?.panelSize, audit.panelSize],
        ['disputed items', asked?.disputedItems, audit.disputedItems],
        ['slots proven', audited.length, audit.audited],
        ['answers with the gold', audited.reduce((sum, { args }) => sum + bits(args.withGold), 0), audit.withGold],
        [
          'answers with the challenger',
          audited.reduce((sum, { args }) => sum + bits(args.withChallenger), 0),
          audit.withChallenger,
        ],
        ['closed', ruled !== undefined, audit.closed],
        ['ruling', ruled && rulings[ruled.ruling], audit.ruling],
        ['items overturned', ruled?.overturnedItems ?? 0, audit.overturnedItems],
      ],
      about,
    )
  }
}

function auditText({ ruling, audited, panelSize, withGold, withChallenger, challenger }: Audit): string {
  const found = `${audited} of ${panelSize} slots proven, ${withGold} answers with the gold, ${withChallenger} with the challenger`
  switch (ruling) {
    case undefined:
      return `asked by ${challenger}, open: ${found}`
    case 'upheld':
      return `upheld, the gold was rigged: ${found}`
    case 'dismissed':
      return `dismissed, the gold stands: ${found}`
    default:
      return `void: ${found}`
  }
}

function bits(word: bigint): number {
  return word.toString(2).replaceAll('0', '').length
}

async function checkConsensus(
  standing: Standing,
  task: Of<'consensus'>,
  report: Report,
  manifest: ReleaseManifest | null | undefined,
): Promise<void> {
  const { events } = standing
  const whole = filterEvents(events, 'ReceiptIssued').filter(({ args }) => args.slot === WHOLE_TASK)
  const sound = await checkReceipts(standing, whole, report, manifest)
  const reached = findEvent(events, 'ConsensusReached')
  if (!reached && task.progress.out === 0n) {
    report.skipped('consensus', 'none was reached')
    return
  }
  report.same('consensus', `reached: support ${task.progress.support} of ${task.progress.possible}`, [
    ['commitment to the labels', reached?.args.out, task.progress.out],
    ['support', reached?.args.support, task.progress.support],
    ['possible', reached?.args.possible, task.progress.possible],
    ['a sound proof of it', sound.includes('consensus') || sound.includes('decide'), true],
  ])
  report.leaveOpen('That the majority is right: workers who share labels, or most of whom err alike, are the majority.')
  if (!reached) return
  const version = await checkVersion(standing, report, 'result-dataset', reached.args.versionId)
  if (!version) return
  const { publication } = task.terms
  report.same('result-dataset', 'commits to the consensus, with the dataset of the task as its parent', [
    ['root', version.root, task.progress.out],
    ['size', Number(version.size), task.rules.itemCount],
    ['schema', version.schemaHash, publication.schemaHash],
    ['manifest', version.manifestDigest, publication.manifestDigest],
    ['licence', version.licence, publication.licence],
    ['parents', version.parents, [task.datasetVersionId]],
  ])
}
