import { encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from 'viem'
import { readContract } from 'viem/actions'
import { BaseError } from '../../../errors/base.js'
import { datasetRegistryAbi } from '../../../generated/abis.js'
import { cidFromDigest } from '../../../storage/cid.js'
import { ContentMalformedError, ContentMismatchError } from '../../../storage/content.js'
import { read } from '../context.js'
import { readLogs } from '../logs.js'
import { isZero, type Report, type Standing, type TaskCheckName } from './checks.js'

/** The dataset version that the items are of, and the contents that the chain names by their hashes. */
export async function checkContents(standing: Standing, report: Report): Promise<void> {
  const { task } = standing
  const version = await checkVersion(standing, report, 'dataset', task.datasetVersionId)
  if (version) await checkContent(standing, report, 'manifest', version.manifestDigest, 'of the dataset version')
  if (isZero(task.payloadDigest)) report.skipped('payload', 'the task has none: its statement is all there is to know')
  else {
    const found = await checkContent(standing, report, 'payload', task.payloadDigest, '(encrypted)')
    if (found)
      report.leaveOpen('What the encrypted payload holds: workers check it against the dataset when they decrypt it.')
  }
}

/** A dataset version as it was published, found by its id and checked against it. */
export async function checkVersion(
  { client, deployment }: Standing,
  report: Report,
  name: 'dataset' | 'result-dataset',
  versionId: Hex,
) {
  const [[published], root] = await Promise.all([
    readLogs(client, deployment, {
      contract: 'datasetRegistry',
      eventName: 'DatasetVersionPublished',
      args: { versionId },
    }),
    read(() =>
      readContract(client, {
        address: deployment.contracts.datasetRegistry,
        abi: datasetRegistryAbi,
        functionName: 'rootOf',
        args: [versionId],
      }),
    ),
  ])
  if (!published) {
    report.failed(name, `the node has no event of version ${versionId}`)
    return undefined
  }
  const { datasetId, number, version } = published.args
  const id = keccak256(encodeAbiParameters(parseAbiParameters('bytes32, uint32'), [datasetId, number]))
  report.same(
    name,
    `version ${number}, ${version.size} records under ${version.licence || 'no licence'}; its root is the registry's`,
    [
      ['version id', id, versionId],
      ['root', version.root, root],
    ],
  )
  return version
}

/** A content, block by block, against the digest on the chain. What cannot be had is no failure. */
async function checkContent(
  { store }: Standing,
  report: Report,
  name: TaskCheckName,
  digest: Hex,
  which: string,
): Promise<boolean> {
  const cid = cidFromDigest(digest)
  if (!store) {
    report.skipped(name, `${which}: no content store was given, so ${cid} was not read`)
    return false
  }
  try {
    const bytes = await store.get(cid)
    report.ok(name, `${which}: ${bytes.length} bytes hash to ${cid}, the digest on the chain`)
    return true
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    if (error instanceof ContentMismatchError || error instanceof ContentMalformedError)
      report.failed(name, `${which}: ${error.shortMessage}`)
    else {
      report.skipped(name, `${which}: not to be had. ${error.shortMessage}`)
      report.leaveOpen(`That the ${name} behind ${cid} is still kept anywhere.`)
    }
    return false
  }
}
