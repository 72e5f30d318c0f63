import { createServer } from 'node:net'

export const loopback = '127.0.0.1'

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') done(undefined)
      else fail(error)
    })
    probe.listen({ port, host: loopback, exclusive: true }, () => {
      const address = probe.address()
      const bound = typeof address === 'object' && address !== null ? address.port : port
      probe.close(() => done(bound))
    })
  })
}

/** `preferred` when nobody listens on it, else a free port the system picks. */
export async function freePort(preferred = 0): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? Promise.reject(new Error('no free port on loopback'))
}
