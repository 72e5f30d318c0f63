import { ponder } from 'ponder:registry'
import { parameterChange, verifierKey } from 'ponder:schema'
import { zeroAddress } from 'viem'
import { activateKey, addDependent, freezeKey, freezeWithDependency, proposeKey } from '../reducers/key.js'
import { recordChange } from '../reducers/parameters.js'
import { setGovernance } from './governance.js'
import { audit, momentOf } from './log.js'

ponder.on('VerifierKeyRegistry:KeyProposed', async ({ event, context }) => {
  const row = proposeKey(event.args, momentOf(event))
  await context.db.insert(verifierKey).values(row)
  if (row.dependsOn)
    await context.db.update(verifierKey, { id: row.dependsOn }).set((base) => addDependent(base, row.id))
  await audit(context, 'VerifierKeyRegistry:KeyProposed', event, { keyId: event.args.keyId })
})

ponder.on('VerifierKeyRegistry:KeyActivated', async ({ event, context }) => {
  const { keyId } = event.args
  await context.db.update(verifierKey, { id: keyId }).set((row) => activateKey(row, momentOf(event)))
  await audit(context, 'VerifierKeyRegistry:KeyActivated', event, { keyId })
})

ponder.on('VerifierKeyRegistry:KeyFrozen', async ({ event, context }) => {
  const { keyId, by, advisory } = event.args
  const at = momentOf(event)
  const { dependents } = await context.db
    .update(verifierKey, { id: keyId })
    .set((row) => freezeKey(row, event.args, at))
  for (const id of dependents)
    await context.db.update(verifierKey, { id }).set((row) => freezeWithDependency(row, advisory, at))
  await audit(context, 'VerifierKeyRegistry:KeyFrozen', event, { keyId, account: by })
})

ponder.on('VerifierKeyRegistry:GuardianChanged', async ({ event, context }) => {
  const { previous, current } = event.args
  const at = momentOf(event)
  await setGovernance(context.db, { guardian: current === zeroAddress ? null : current }, at)
  await context.db
    .insert(parameterChange)
    .values(recordChange('guardian', null, previous.toLowerCase(), current.toLowerCase(), at))
  await audit(context, 'VerifierKeyRegistry:GuardianChanged', event, { account: current })
})

ponder.on('VerifierKeyRegistry:OwnershipTransferred', async ({ event, context }) => {
  await audit(context, 'VerifierKeyRegistry:OwnershipTransferred', event, { account: event.args.newOwner })
})
