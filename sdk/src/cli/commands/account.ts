import { type Address, isAddress, parseEther } from 'viem'
import { getBalance } from 'viem/actions'
import { read } from '../../actions/internal/context.js'
import { nativeAmount } from '../../text/amounts.js'
import { assertName } from '../accounts.js'
import { argumentsOf, command, type Flags, requiredText, textOf } from '../command.js'
import type { Context } from '../context.js'
import { UsageError } from '../errors.js'
import { assertLocalChain, setBalance } from '../localChain.js'
import { list, table } from '../output.js'

/** Coins that `fund` gives when nothing is said: plenty for a local trial. */
const DEFAULT_COINS = '10'

export const accountNew = command({
  name: 'new',
  description: 'Make accounts: keys, kept encrypted in the state folder',
  args: {
    name: {
      type: 'positional',
      required: true,
      valueHint: 'NAME…',
      description: 'What to call them, for example alice',
    },
    fund: { type: 'boolean', description: `Give each ${DEFAULT_COINS} coins, on a local chain` },
  },
  many: true,
  run: async (context, flags) => {
    const names = argumentsOf(flags)
    const accounts = context.accounts()
    // Before anything is made: all or none.
    const twice = names.find((name, i) => names.indexOf(name) !== i)
    if (twice !== undefined) throw new UsageError(`The account ${twice} is named twice.`, 'Name each once.')
    for (const name of names)
      if (await accounts.find(name))
        throw new UsageError(`There is an account ${name} already.`, 'See `veritask account list`.')
    for (const name of names) assertName(name)
    const client = flags.fund === true ? await context.reader() : undefined
    if (client) await assertLocalChain(client, 'give coins away')
    const passphrase = await context.newPassphrase()
    const made: { name: string; address: Address; file: string }[] = []
    for (const name of names) {
      const { address, file } = await accounts.create(name, passphrase)
      if (client) await setBalance(client, address, parseEther(DEFAULT_COINS))
      made.push({ name, address, file })
    }
    const text = table(
      ['account', 'address', 'use it with', 'key'],
      made.map(({ name, address, file }) => [name, address, `--key-file ${name}`, file]),
    )
    const coins = client
      ? `Each holds ${nativeAmount(parseEther(DEFAULT_COINS))}.`
      : `They hold no coins yet. On a local chain: veritask account fund ${names[0]}`
    return { data: made.length === 1 ? made[0] : made, text: `${text}\n${coins}` }
  },
})

export const accountList = command({
  name: 'list',
  description: 'Your accounts and the coins they hold',
  run: async (context) => {
    const accounts = await context.accounts().list()
    const client = await context.reader()
    const data = await Promise.all(
      accounts.map(async ({ name, address, file }) => ({
        name,
        address,
        balance: await read(() => getBalance(client, { address })),
        file,
      })),
    )
    const rows = data.map(({ name, address, balance }) => [name, address, nativeAmount(balance)])
    const text =
      rows.length === 0 ? 'no accounts yet: veritask account new NAME' : table(['name', 'address', 'holds'], rows)
    return { data, text }
  },
})

export const accountFund = command({
  name: 'fund',
  description: 'Give an account coins, on a local chain',
  args: {
    account: { type: 'positional', required: true, description: 'Name or address' },
    amount: { type: 'string', valueHint: 'COINS', description: `Whole coins (default ${DEFAULT_COINS})` },
  },
  run: async (context, flags) => {
    const address = await addressIn(context, requiredText(flags, 'account'))
    const amount = coinsOf(flags)
    const client = await context.reader()
    const balance = (await read(() => getBalance(client, { address }))) + amount
    await setBalance(client, address, balance)
    return {
      data: { address, amount, balance },
      text: list({ account: address, holds: nativeAmount(balance) }),
    }
  },
})

async function addressIn(context: Context, given: string): Promise<Address> {
  if (isAddress(given, { strict: false })) return given
  const kept = await context.accounts().find(given)
  if (!kept) throw new UsageError('There is no such account.', 'Give an address, or a name of `veritask account list`.')
  return kept.address
}

function coinsOf(flags: Flags): bigint {
  const value = textOf(flags, 'amount') ?? DEFAULT_COINS
  if (!/^\d{1,9}(\.\d{1,18})?$/.test(value))
    throw new UsageError('--amount must be an amount of coins, for example 0.5.')
  return parseEther(value)
}
