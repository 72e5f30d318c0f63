import { createServer } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { freePort, startAnvil, testClient } from './support/anvil.js'
import { indexedUpTo, launch, workspace } from './support/indexer.js'
import { deployProtocol, people } from './support/protocol.js'
import { datasetVersion, id } from './support/scenario.js'

const space = workspace()
afterAll(() => space.remove())

/** A chain of its own, on which one dataset was registered, and the names of the datasets an indexer finds there. */
async function datasetsOn(name: string, port: number) {
  const anvil = await startAnvil()
  try {
    const protocol = await deployProtocol(testClient(anvil.rpcUrl))
    await protocol.send(people.requester, 'datasetRegistry', 'register', [id(name), name, datasetVersion(1)])
    const indexer = await launch({
      deployment: space.deploymentFile(protocol.deployment),
      rpcUrl: anvil.rpcUrl,
      directory: space.directory('index'),
      port,
    })
    try {
      await indexedUpTo(indexer, await protocol.client.getBlockNumber())
      const response = await fetch(`${indexer.url}/v1/datasets`)
      const { data } = (await response.json()) as { data: { name: string }[] }
      return { url: indexer.url, deployment: protocol.deployment, names: data.map((dataset) => dataset.name) }
    } finally {
      await indexer.stop()
    }
  } finally {
    await anvil.stop()
  }
}

test('a local chain that starts again is another chain, and a port in use is left alone', async () => {
  const port = await freePort()
  const first = await datasetsOn('before', port)
  expect(first).toMatchObject({ url: `http://127.0.0.1:${port}`, names: ['before'] })

  const squatter = createServer().listen(port, '127.0.0.1')
  try {
    const second = await datasetsOn('after', port)
    expect(second.deployment).toEqual(first.deployment)
    expect(second.names).toEqual(['after'])
    expect(second.url).not.toBe(first.url)
  } finally {
    squatter.close()
  }
})
