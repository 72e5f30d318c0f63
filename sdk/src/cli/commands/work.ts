import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { outOf, sendOrSign, signedArgument } from '../callFile.js'
import { addressOf, command, idOf, textOf } from '../command.js'
import { keptLabels, labelsName, workerSecrets } from '../kept.js'
import { assignedItems, labelArgs, labelSheet, readLabels, slotOf } from '../labelSheet.js'
import { list, withProgress } from '../output.js'
import { extensionOf } from '../records.js'
import { assertToWithOut } from './stake.js'

const id = { type: 'positional', required: true, description: 'Task id' } as const

export const workLabel = command({
  name: 'label',
  description: 'Fetch, decrypt and check the items, and write them to files with a label sheet to fill in',
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
    await mkdir(join(directory, 'items'), { recursive: true, mode: 0o700 })
    // Every worker goes through its own items in its own order; files keep the numbers of the items.
    const order = assignment.order.filter((item) => !assigned || assigned.includes(item))
    const nameOf = (item: number) => `items/${String(item).padStart(4, '0')}${extensionOf(items[item]!.mediaType)}`
    await Promise.all(
      order.map((item) => writeFile(join(directory, nameOf(item)), items[item]!.bytes, { mode: 0o600 })),
    )
    const sheet = join(directory, 'labels.csv')
    const lines = labelSheet(
      rules,
      order.map((item) => ({ item, file: nameOf(item) })),
    )
    await writeFile(sheet, lines, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      // A sheet that is being filled in is never overwritten.
      if (error.code !== 'EEXIST') throw error
    })
    const guide = [instructions, '', ...classes.map((name, number) => `${number}  ${name}`)].join('\n')
    await writeFile(join(directory, 'instructions.txt'), `${guide}\n`, { mode: 0o600 })
    const files = items.map((_, item) => (order.includes(item) ? nameOf(item) : null))
    const { slot } = assignment
    const data = { taskId, slot, directory, sheet, items: files, order, instructions, classes, rules }
    const count = assigned ? `${order.length} of ${items.length}` : order.length
    return { data, text: list({ items: `${count} in ${directory}/items`, 'fill in': sheet, instructions }) }
  },
})

export const workCommit = command({
  name: 'commit',
  description: 'Fix your labels without showing them (open gold, consensus)',
  args: { id, ...labelArgs, out: signedArgument },
  run: async (context, flags) => {
    const client = await context.signer()
    const worker = await context.address()
    const taskId = idOf(flags)
    const out = outOf(flags)
    const labels = await readLabels(context, flags, taskId)
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
    const data = { taskId, slot, commitment, hash, found }
    return { data, text: list({ slot, commitment, transaction: hash }) }
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
    const { amount, hash } = claimed
    const data = { recipient: claimed.recipient, amount, hash }
    return { data, text: list({ 'paid to': claimed.recipient, amount: `${amount} base units`, transaction: hash }) }
  },
})
