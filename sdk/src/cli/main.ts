#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { type CommandDef, defineCommand, renderUsage, runCommand } from 'citty'
import { group } from './command.js'
import { accountFund, accountList, accountNew } from './commands/account.js'
import {
  ceremonyBeacon,
  ceremonyCheckPtau,
  ceremonyContribute,
  ceremonyFinalize,
  ceremonyInit,
  ceremonyTranscript,
  ceremonyVerify,
} from './commands/ceremony.js'
import { chainAdvance } from './commands/chain.js'
import { datasetAccept, datasetCreate, datasetOffer, datasetRecords, datasetShow } from './commands/dataset.js'
import { govCancel, govDelegate, govExecute, govList, govParams, govQueue, govShow, govVote } from './commands/gov.js'
import { govPropose } from './commands/govPropose.js'
import { keysAudit, keysList, keysShow, keysVerify } from './commands/keys.js'
import { keysActivate, keysFreeze } from './commands/keysFreeze.js'
import { relay } from './commands/relay.js'
import { reputationProve, reputationRecord, reputationShow } from './commands/reputation.js'
import { stakeDeposit, stakeShow, stakeUnbond, stakeWithdraw } from './commands/stake.js'
import { taskAssign, taskCancel, taskLabels, taskOpenGold, taskScore } from './commands/task.js'
import { taskConsensus, taskSeed } from './commands/taskConsensus.js'
import { taskCreate } from './commands/taskCreate.js'
import { taskAudit, taskDispute, taskReleaseBond } from './commands/taskDispute.js'
import { taskRun } from './commands/taskRun.js'
import { taskSettle } from './commands/taskSettle.js'
import { taskList, taskShow } from './commands/taskShow.js'
import { verify } from './commands/verify.js'
import { workClaim, workCommit, workLabel } from './commands/work.js'
import { workCheck } from './commands/workCheck.js'
import { workEvidence, workJoin } from './commands/workJoin.js'
import { workRun } from './commands/workRun.js'
import { workProve, workSubmit } from './commands/workSend.js'
import {
  workClaimStatement,
  workLeave,
  workProveStatement,
  workResolve,
  workStatement,
} from './commands/workStatement.js'
import { UsageError } from './errors.js'
import { printError, uncolored, wantsColor } from './output.js'

const main = defineCommand({
  meta: { name: 'veritask', description: 'Zero-knowledge-verified labelling tasks, from the command line' },
  subCommands: {
    task: group('task', 'For requesters: create tasks, assign workers, open gold, score, settle, audit; disputes', {
      create: taskCreate,
      list: taskList,
      show: taskShow,
      run: taskRun,
      assign: taskAssign,
      seed: taskSeed,
      'open-gold': taskOpenGold,
      score: taskScore,
      settle: taskSettle,
      labels: taskLabels,
      consensus: taskConsensus,
      cancel: taskCancel,
      dispute: taskDispute,
      audit: taskAudit,
      'release-bond': taskReleaseBond,
    }),
    work: group('work', 'For workers: join, label, commit, prove, claim', {
      run: workRun,
      evidence: workEvidence,
      join: workJoin,
      label: workLabel,
      check: workCheck,
      commit: workCommit,
      prove: workProve,
      submit: workSubmit,
      claim: workClaim,
      leave: workLeave,
      statement: workStatement,
      'claim-statement': workClaimStatement,
      'prove-statement': workProveStatement,
      resolve: workResolve,
    }),
    relay,
    verify,
    reputation: group('reputation', 'What a worker can show of its accepted work without showing where', {
      show: reputationShow,
      record: reputationRecord,
      prove: reputationProve,
    }),
    stake: group('stake', 'What answers for work, bonds and disputes', {
      deposit: stakeDeposit,
      unbond: stakeUnbond,
      withdraw: stakeWithdraw,
      show: stakeShow,
    }),
    keys: group('keys', 'Verifier keys: what the chain accepts proofs under', {
      list: keysList,
      show: keysShow,
      verify: keysVerify,
      audit: keysAudit,
      activate: keysActivate,
      freeze: keysFreeze,
    }),
    ceremony: group('ceremony', 'Phase 2 of a trusted setup, from files', {
      init: ceremonyInit,
      contribute: ceremonyContribute,
      verify: ceremonyVerify,
      beacon: ceremonyBeacon,
      finalize: ceremonyFinalize,
      transcript: ceremonyTranscript,
      'check-ptau': ceremonyCheckPtau,
    }),
    gov: group('gov', 'Governance: propose, vote, queue, execute, and read the parameters', {
      list: govList,
      show: govShow,
      params: govParams,
      propose: govPropose,
      vote: govVote,
      queue: govQueue,
      execute: govExecute,
      cancel: govCancel,
      delegate: govDelegate,
    }),
    account: group('account', 'Your accounts: make them, see what they hold, and fund them on a local chain', {
      new: accountNew,
      list: accountList,
      fund: accountFund,
    }),
    chain: group('chain', 'A local chain for trying things', { advance: chainAdvance }),
    dataset: group('dataset', 'Datasets that tasks draw their items from', {
      create: datasetCreate,
      show: datasetShow,
      records: datasetRecords,
      offer: datasetOffer,
      accept: datasetAccept,
    }),
  },
}) as CommandDef

const rawArgs = process.argv.slice(2)
const json = rawArgs.includes('--json') || rawArgs.includes('--json=true')

try {
  if (rawArgs.length === 0 || rawArgs.includes('--help') || rawArgs.includes('-h')) await help()
  else if (rawArgs[0] === '--version') process.stdout.write(`${await version()}\n`)
  else await runCommand(main, { rawArgs })
} catch (error) {
  const usage = error instanceof UsageError || (error as Error).name === 'CLIError'
  printError(usage && !(error instanceof UsageError) ? new UsageError(sentence((error as Error).message)) : error, json)
  process.exitCode = usage ? 2 : 1
}

async function version(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  return version
}

/** Usage of the innermost command named. */
async function help(): Promise<void> {
  let command: CommandDef = main
  let parent: CommandDef | undefined
  for (const word of rawArgs) {
    const next: CommandDef | undefined = ((await command.subCommands) as Record<string, CommandDef> | undefined)?.[word]
    if (!next) break
    parent = command
    command = next
  }
  const usage = await renderUsage(command, parent)
  process.stdout.write(`${wantsColor(process.stdout) ? usage : uncolored(usage)}\n`)
}

function sentence(message: string): string {
  const text = uncolored(message).trim()
  return text.endsWith('.') ? text : `${text}.`
}
