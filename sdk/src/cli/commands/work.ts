import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { labelStudioImport } from '../../labels-io/index.js'
import { amountsOf } from '../../text/amounts.js'
import { decodeText } from '../../text/index.js'
import { mapBounded } from '../bounded.js'
import { outOf, sendOrSign, signedArgument } from '../callFile.js'
import { addressOf, command, idOf, textOf } from '../command.js'
import { keptLabels, labelsName, workerSecrets } from '../kept.js'
import { assignedItems, hasOwnSheet, itemFile, labelArgs, labelSheet, readLabels, slotOf } from '../labelSheet.js'
import { list, transactionLine, withProgress } from '../output.js'
import { contentText } from '../sheetText.js'
import { assertToWithOut } from './stake.js'
import { sheetContent } from './workCheck.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const

export const workLabel = command({
  name: 'label',
  description:
    'Fetch, decrypt and check the items, and write them to files with a label sheet to fill in, and tasks for Label Studio',
  args: { id, out: { type: 'string', valueHint: 'DIR', description: 'Folder to write to (default: task-<id>)' } },
  run: async (context, flags) => {
    const client = await context.reader()
    const worker = await context.address()
    const taskId = idOf(flags)
    const secrets = await workerSecrets(context, taskId, worker)
    const task = await client.getTask({ taskId })
    const own = await slotOf(context, taskId, worker)
    // Who has no slot is told so by the action.
    const assigned = own && (await assignedItems(context, task, own.slot))
    const assignment = await withProgress('Fetching the items', context.json, () =>
      client.fetchAssignment({ taskId, secrets, store: context.contents() }),
    )
    const { items, instructions, classes, rules } = assignment
    const directory = textOf(flags, 'out') ?? `task-${taskId.slice(2, 10)}`
    const sheet = join(directory, 'labels.csv')
    // Before anything is written: a sheet that is being filled in is never overwritten, and another's is no place for these items.
    const filling = await hasOwnSheet(sheet, { taskId, worker })
    await mkdir(join(directory, 'items'), { recursive: true, mode: 0o700 })
    // Every worker goes through its own items in its own order; files keep the numbers of the items.
    const order = assignment.order.filter((item) => !assigned || assigned.includes(item))
    const nameOf = (item: number) => itemFile(item, items[item]!.mediaType)
    const write = (name: string, content: string | Uint8Array, flag = 'w') =>
      writeFile(join(directory, name), content, { mode: 0o600, flag })
    await mapBounded(order, (item) => write(nameOf(item), items[item]!.bytes))
    const listed = order.map((item) => ({ item, file: nameOf(item) }))
    if (!filling) await write('labels.csv', labelSheet(rules, listed, { taskId, worker }), 'wx')
    const { tasks, config } = labelStudioImport({
      rules,
      classes,
      task: taskId,
      worker,
      folder: basename(resolve(directory)),
      items: listed.map(({ item, file }) => ({ item, file, ...shownAs(items[item]!) })),
    })
    await write('label-studio.json', tasks)
    await write('label-studio.xml', config)
    const guide = [instructions, '', ...classes.map((name, number) => `${number}  ${name}`)].join('\n')
    await write('instructions.txt', `${guide}\n`)
    const files = items.map((_, item) => (order.includes(item) ? nameOf(item) : null))
    const { slot } = assignment
    const labelStudio = join(directory, 'label-studio.json')
    const data = { taskId, slot, directory, sheet, labelStudio, items: files, order, instructions, classes, rules }
    const count = assigned ? `${order.length} of ${items.length}` : order.length
    const text = list({
      items: `${count} in ${directory}/items`,
      'fill in': filling ? `${sheet} (as it was)` : sheet,
      'or import': `${labelStudio} into Label Studio, with label-studio.xml as its labeling interface`,
      instructions,
    })
    return { data, text }
  },
})

/** Text is shown by what it says, everything else by its file. */
function shownAs({ mediaType, bytes }: { mediaType: string; bytes: Uint8Array }) {
  if (!mediaType.startsWith('text/') && mediaType !== 'application/json') return { mediaType }
  try {
    return { mediaType, text: decodeText(bytes) }
  } catch {
    return { mediaType }
  }
}

export const workCommit = command({
  name: 'commit',
  description: 'Fix your labels for good without showing them (open gold, consensus); `work check` reads them alone',
  args: { id, ...labelArgs, out: signedArgument },
  run: async (context, flags) => {
    const client = await context.signer()
    const worker = await context.address()
    const taskId = idOf(flags)
    const out = outOf(flags)
    const labels = await readLabels(context, flags, taskId)
    const holds = await sheetContent(context, taskId, labels)
    process.stderr.write(
      `A commitment is final: these labels cannot be changed after it. They are ${contentText(holds)}.\n`,
    )
    const kept = (await keptLabels(context, taskId, worker)).filter(
      (entry) => JSON.stringify(entry.labels) === JSON.stringify(labels),
    )
    const onChain = (await slotOf(context, taskId, worker))?.commitment ?? 0n
    const same = kept.find(({ commitment }) => BigInt(commitment) === onChain) ?? kept[0]
    const sent = await sendOrSign({ out, chainId: client.chain.id }, (how) =>
      client.commitLabels({
        taskId,
        labels,
        ...(same ? { salt: same.salt } : {}),
        onSecrets: (secrets) => context.vault().put(labelsName(taskId, worker, secrets.commitment), secrets),
        ...how,
      }),
    )
    if (!sent) return { data: { taskId, file: out }, text: list({ written: out }) }
    const { slot, commitment, hash, found } = sent
    const data = { taskId, slot, commitment, hash, found, labels: holds.count, classes: holds.classes }
    return { data, text: list({ slot, holds: contentText(holds), commitment, transaction: hash }) }
  },
})

export const workClaim = command({
  name: 'claim',
  description: 'Pay out a credit to its owner',
  args: {
    recipient: { type: 'string', valueHint: 'ADDRESS', description: 'Whose credit (default: your account)' },
    to: { type: 'string', valueHint: 'ADDRESS', description: 'Send your own credit to this address instead' },
    token: { type: 'string', valueHint: 'ADDRESS', description: 'Token (default: the native coin)' },
    out: signedArgument,
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const out = outOf(flags)
    const recipient = addressOf(flags, 'recipient')
    const token = addressOf(flags, 'token')
    const to = addressOf(flags, 'to')
    assertToWithOut(to, out)
    const claimed = await sendOrSign({ out, chainId: client.chain.id }, (how) =>
      client.claim({
        ...(recipient ? { recipient } : {}),
        ...(to ? { to } : {}),
        ...(token ? { token } : {}),
        ...how,
      }),
    )
    if (!claimed) return { data: { to, file: out }, text: list({ written: out }) }
    const { amount, hash, found } = claimed
    const data = { recipient: claimed.recipient, amount, hash, found }
    const inWords = (await amountsOf(client, token))(amount)
    return { data, text: list({ 'paid to': claimed.recipient, amount: inWords, ...transactionLine(data) }) }
  },
})
