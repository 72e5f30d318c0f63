import type { Hex } from 'viem'
import type { Stake } from '../../actions/index.js'
import { type AmountText, amountsOf } from '../../text/amounts.js'
import { AMOUNT_HINT, requiredAmountOf } from '../amounts.js'
import { outOf, sendOrSign, signedArgument } from '../callFile.js'
import { addressOf, command, type Flags } from '../command.js'
import { UsageError } from '../errors.js'
import { count, list, time, transactionLine } from '../output.js'

const token = { type: 'string', valueHint: 'ADDRESS', description: 'Token (default: the native coin)' } as const
const amount = {
  type: 'positional',
  required: true,
  description: `Of the coin or the token, ${AMOUNT_HINT}`,
} as const

/** What goes to its owner anyone may send: there is nothing to sign. */
export function assertToWithOut(to: Hex | undefined, out: string | undefined): void {
  if (out !== undefined && to === undefined)
    throw new UsageError(
      'Nothing needs to be signed to pay out to the owner: anyone may send that.',
      'Leave --out away, or give --to ADDRESS.',
    )
}

const tokenOf = (flags: Flags): { readonly token?: Hex } => {
  const given = addressOf(flags, 'token')
  return given ? { token: given } : {}
}

export const stakeDeposit = command({
  name: 'deposit',
  description: 'Add to a free stake, out of which joining, bonds and disputes lock what they need',
  args: {
    amount,
    token,
    recipient: { type: 'string', valueHint: 'ADDRESS', description: 'Whose stake (default: your account)' },
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const inToken = tokenOf(flags)
    const whose = addressOf(flags, 'recipient')
    const { recipient, hash, ...deposited } = await client.depositStake({
      amount: await requiredAmountOf(client, inToken.token, flags, 'amount'),
      ...inToken,
      ...(whose ? { recipient: whose } : {}),
    })
    const stake = await client.getStake({ account: recipient, ...inToken })
    const amount = await amountsOf(client, inToken.token)
    const data = { recipient, amount: deposited.amount, free: stake.free, hash, found: deposited.found }
    return {
      data,
      text: list({ deposited: amount(deposited.amount), ...stakeLines(stake, amount), ...transactionLine(data) }),
    }
  },
})

export const stakeUnbond = command({
  name: 'unbond',
  description: 'Start taking out free stake',
  args: { amount, token, out: signedArgument },
  run: async (context, flags) => {
    const client = await context.signer()
    const inToken = tokenOf(flags)
    const out = outOf(flags)
    const amount = await requiredAmountOf(client, inToken.token, flags, 'amount')
    const sent = await sendOrSign({ out, chainId: client.chain.id }, (how) =>
      client.unbondStake({ amount, ...inToken, ...how }),
    )
    if (!sent) return { data: { amount, file: out }, text: list({ written: out }) }
    const { unbonding, withdrawableAt, hash, found } = sent
    const inWords = await amountsOf(client, inToken.token)
    const data = { unbonding, withdrawableAt, hash, found }
    const text = list({ unbonding: inWords(unbonding), 'withdraw at': time(withdrawableAt), ...transactionLine(data) })
    return { data, text }
  },
})

export const stakeWithdraw = command({
  name: 'withdraw',
  description: 'Pay out what has finished unbonding, to its owner',
  args: {
    token,
    recipient: { type: 'string', valueHint: 'ADDRESS', description: 'Whose stake (default: your account)' },
    to: { type: 'string', valueHint: 'ADDRESS', description: 'Send your own to this address instead' },
    out: signedArgument,
  },
  run: async (context, flags) => {
    const client = await context.signer()
    const whose = addressOf(flags, 'recipient')
    const to = addressOf(flags, 'to')
    const out = outOf(flags)
    assertToWithOut(to, out)
    const sent = await sendOrSign({ out, chainId: client.chain.id }, (how) =>
      client.withdrawStake({
        ...tokenOf(flags),
        ...(whose ? { recipient: whose } : {}),
        ...(to ? { to } : {}),
        ...how,
      }),
    )
    if (!sent) return { data: { to, file: out }, text: list({ written: out }) }
    const { recipient, hash, ...paid } = sent
    const data = { recipient, to: to ?? recipient, amount: paid.amount, hash, found: paid.found }
    const amount = await amountsOf(client, tokenOf(flags).token)
    return { data, text: list({ 'paid to': data.to, amount: amount(paid.amount), ...transactionLine(data) }) }
  },
})

export const stakeShow = command({
  name: 'show',
  description: 'What an account has at stake, and its record',
  args: { account: { type: 'string', valueHint: 'ADDRESS', description: 'Default: your account' }, token },
  run: async (context, flags) => {
    const client = await context.reader()
    const account: Hex = addressOf(flags, 'account') ?? (await context.address())
    const [stake, record] = await Promise.all([
      client.getStake({ account, ...tokenOf(flags) }),
      client.getRecord({ account }),
    ])
    const asWorker = `${record.accepted} accepted by proof, ${record.unproven} paid by silence, ${record.rejected} rejected, ${record.missed} missed`
    const asRequester = `${record.paid} paid, ${record.refused} refused, ${record.silent} silent`
    const text = list({
      account,
      ...stakeLines(stake, await amountsOf(client, stake.token)),
      'as worker': asWorker,
      'as requester': asRequester,
      lost: `${count(record.disputesLost, 'dispute')}, ${count(record.bondsLost, 'bond')}`,
    })
    return { data: { ...stake, record }, text }
  },
})

function stakeLines({ free, locked, unbonding, withdrawableAt }: Stake, amount: AmountText): Record<string, string> {
  return {
    free: amount(free),
    locked: amount(locked),
    ...(unbonding === 0n ? {} : { unbonding: `${amount(unbonding)}, until ${time(withdrawableAt)}` }),
  }
}
