import type { Hex } from 'viem'
import { classCount, EMPTY_SET } from '../labels/classes.js'
import type { Rules } from '../labels/rules.js'
import { CONTROL, OBJECT } from './labelStudio.js'
import { createVocabulary } from './vocabulary.js'

/** An item to label in Label Studio. */
export type LabelStudioItem = {
  readonly item: number
  /** Path of its file, as its sheet has it. */
  readonly file: string
  readonly mediaType: string
  /** What it says, when it is text. */
  readonly text?: string | undefined
}

/** Where Label Studio serves local files from, below the folder it is told of. */
const LOCAL_FILES = '/data/local-files/?d='

/**
 * The files that Label Studio needs for a task: `tasks` to import, whose exports carry item and task, and `config`, the labeling interface with the
 * task's classes.
 *
 * @param parameters.folder - Name of the folder that the paths of the items' files are in, as Label Studio sees it.
 */
export function labelStudioImport(parameters: {
  readonly rules: Rules
  readonly classes: readonly string[]
  readonly task: Hex
  readonly worker: Hex
  readonly folder: string
  readonly items: readonly LabelStudioItem[]
}): { readonly tasks: string; readonly config: string } {
  const { task, worker, folder, items } = parameters
  const tasks = items.map(({ item, file, text }) => ({
    data: { item, task, worker, file, shown: text ?? `${LOCAL_FILES}${encodeURI(`${folder}/${file}`)}` },
  }))
  return { tasks: `${JSON.stringify(tasks, null, 2)}\n`, config: configOf(parameters) }
}

function configOf({ rules, classes, items }: Parameters<typeof labelStudioImport>[0]): string {
  const { writeClass } = createVocabulary(rules, classes)
  const names = Array.from({ length: classCount(rules) }, (_, number) => String(writeClass(number)))
  const kind = items[0]?.mediaType.split('/')[0]
  const tag = items[0]?.text !== undefined ? 'Text' : kind === 'audio' ? 'Audio' : 'Image'
  const shown = `  <${tag} name="${OBJECT}" value="$shown"/>`
  if (rules.kind === 'box') {
    const labels = names.map((name) => `    <Label value="${xml(name)}"/>`)
    const control = `  <RectangleLabels name="${CONTROL}" toName="${OBJECT}" canRotate="false">`
    return ['<View>', shown, control, ...labels, '  </RectangleLabels>', '</View>', ''].join('\n')
  }
  // An item without a choice has no result in an export, so that no class is a choice of its own.
  const all = rules.kind === 'set' && !classes.includes(EMPTY_SET) ? [...names, EMPTY_SET] : names
  const choices = all.map((name) => `    <Choice value="${xml(name)}"/>`)
  const choice = rules.kind === 'set' ? 'multiple' : 'single'
  const control = `  <Choices name="${CONTROL}" toName="${OBJECT}" choice="${choice}" required="true">`
  return ['<View>', shown, control, ...choices, '  </Choices>', '</View>', ''].join('\n')
}

function xml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
