import { ponder } from 'ponder:registry'
import {
  gateModule,
  parameterChange,
  parameters,
  parametersVersion,
  settlementModule,
  tokenPolicy,
} from 'ponder:schema'
import { type AbiParameter, getAbiItem } from 'viem'
import { argsToJson, type Json } from '../reducers/audit.js'
import { gateKindOf, settlementKindOf } from '../reducers/contracts.js'
import { currentParameters, parametersAtVersion, recordChange } from '../reducers/parameters.js'
import { gates, settlements } from './addresses.js'
import { audit, momentOf } from './log.js'

ponder.on('ProtocolParameters:ParametersChanged', async ({ event, context }) => {
  const at = momentOf(event)
  const { inputs } = getAbiItem({ abi: context.contracts.ProtocolParameters.abi, name: 'ParametersChanged' })
  const { previous, current } = changeOf(inputs, event.args)
  const { version, current: values } = event.args
  const { id, ...columns } = currentParameters(version, values, at)
  await context.db.insert(parametersVersion).values(parametersAtVersion(version, values, at))
  await context.db
    .insert(parameters)
    .values({ id, ...columns })
    .onConflictDoUpdate(columns)
  await context.db.insert(parameterChange).values(recordChange('parameters', null, previous, current, at))
  await audit(context, 'ProtocolParameters:ParametersChanged', event)
})

ponder.on('ProtocolParameters:TokenPolicyChanged', async ({ event, context }) => {
  const at = momentOf(event)
  const { token } = event.args
  const { inputs } = getAbiItem({ abi: context.contracts.ProtocolParameters.abi, name: 'TokenPolicyChanged' })
  const { previous, current } = changeOf(inputs, event.args)
  const columns = { ...event.args.current, updatedAt: at.timestamp }
  await context.db
    .insert(tokenPolicy)
    .values({ token, ...columns })
    .onConflictDoUpdate(columns)
  await context.db.insert(parameterChange).values(recordChange('token', token, previous, current, at))
  await audit(context, 'ProtocolParameters:TokenPolicyChanged', event)
})

ponder.on('ProtocolParameters:SettlementAllowed', async ({ event, context }) => {
  const at = momentOf(event)
  const { settlement: address, previous, current } = event.args
  const columns = { kind: settlementKindOf(address, settlements), allowed: current, updatedAt: at.timestamp }
  await context.db
    .insert(settlementModule)
    .values({ address, ...columns })
    .onConflictDoUpdate(columns)
  await context.db.insert(parameterChange).values(recordChange('settlement', address, previous, current, at))
  await audit(context, 'ProtocolParameters:SettlementAllowed', event)
})

ponder.on('ProtocolParameters:GateAllowed', async ({ event, context }) => {
  const at = momentOf(event)
  const { gate: address, previous, current } = event.args
  const columns = { kind: gateKindOf(address, gates), allowed: current, updatedAt: at.timestamp }
  await context.db
    .insert(gateModule)
    .values({ address, ...columns })
    .onConflictDoUpdate(columns)
  await context.db.insert(parameterChange).values(recordChange('gate', address, previous, current, at))
  await audit(context, 'ProtocolParameters:GateAllowed', event)
})

ponder.on('ProtocolParameters:OwnershipTransferred', async ({ event, context }) => {
  await audit(context, 'ProtocolParameters:OwnershipTransferred', event, { account: event.args.newOwner })
})

function changeOf(inputs: readonly AbiParameter[], args: unknown): { previous: Json; current: Json } {
  return argsToJson(inputs, args) as { previous: Json; current: Json }
}
