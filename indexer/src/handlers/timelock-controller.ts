import { ponder } from 'ponder:registry'
import { audit } from './log.js'

// Governance leaves its trail in the audit log; what it changes is written by the contracts it changes.
// RoleAdminChanged is declared in the ABI and cannot happen: the timelock never changes a role's administrator.

ponder.on('TimelockController:CallScheduled', ({ event, context }) =>
  audit(context, 'TimelockController:CallScheduled', event, { account: event.args.target }),
)
ponder.on('TimelockController:CallExecuted', ({ event, context }) =>
  audit(context, 'TimelockController:CallExecuted', event, { account: event.args.target }),
)
ponder.on('TimelockController:CallSalt', ({ event, context }) => audit(context, 'TimelockController:CallSalt', event))
ponder.on('TimelockController:Cancelled', ({ event, context }) => audit(context, 'TimelockController:Cancelled', event))
ponder.on('TimelockController:MinDelayChange', ({ event, context }) =>
  audit(context, 'TimelockController:MinDelayChange', event),
)
ponder.on('TimelockController:RoleGranted', ({ event, context }) =>
  audit(context, 'TimelockController:RoleGranted', event, { account: event.args.account }),
)
ponder.on('TimelockController:RoleRevoked', ({ event, context }) =>
  audit(context, 'TimelockController:RoleRevoked', event, { account: event.args.account }),
)
