import { ponder } from 'ponder:registry'
import { zeroAddress } from 'viem'
import { delegateOf } from '../reducers/governance.js'
import { findGovernance, setGovernance, setVoter } from './governance.js'
import { audit, momentOf } from './log.js'

// EIP712DomainChanged is declared in the ABI and cannot happen: the domain is fixed at construction.

ponder.on('VeritaskToken:Transfer', async ({ event, context }) => {
  const { from, to, value } = event.args
  const at = momentOf(event)
  if (from === zeroAddress) {
    const supply = (await findGovernance(context.db))?.supply ?? 0n
    await setGovernance(context.db, { supply: supply + value }, at)
  } else await setVoter(context.db, from, { balance: -value }, at)
  await setVoter(context.db, to, { balance: value }, at)
  await audit(context, 'VeritaskToken:Transfer', event, { account: to })
})

ponder.on('VeritaskToken:DelegateChanged', async ({ event, context }) => {
  const { delegator, toDelegate } = event.args
  await setVoter(context.db, delegator, { delegate: delegateOf(toDelegate) }, momentOf(event))
  await audit(context, 'VeritaskToken:DelegateChanged', event, { account: delegator })
})

ponder.on('VeritaskToken:DelegateVotesChanged', async ({ event, context }) => {
  const { delegate, newVotes } = event.args
  await setVoter(context.db, delegate, { votes: newVotes }, momentOf(event))
  await audit(context, 'VeritaskToken:DelegateVotesChanged', event, { account: delegate })
})

ponder.on('VeritaskToken:Approval', ({ event, context }) =>
  audit(context, 'VeritaskToken:Approval', event, { account: event.args.owner }),
)
