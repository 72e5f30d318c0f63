import { createServer } from 'node:net'

/** Ports that are tried one after the other before the system picks. */
const TRIED = 20

/** The first port from `preferred` upwards that nobody listens on. Ponder gives up, and says nothing, when the next one is taken too. */
export async function freePortFrom(preferred: number, hostname: string): Promise<number> {
  for (let port = preferred; port < preferred + TRIED && port <= 65_535; port++) {
    if ((await tryPort(port, hostname)) !== undefined) return port
  }
  const port = await tryPort(0, hostname)
  if (port === undefined) throw new Error(`no port is free on ${hostname}`)
  return port
}

function tryPort(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined)
      else reject(error)
    })
    probe.listen({ port, host, exclusive: true }, () => {
      const address = probe.address()
      const bound = typeof address === 'object' && address !== null ? address.port : port
      probe.close(() => resolve(bound))
    })
  })
}
