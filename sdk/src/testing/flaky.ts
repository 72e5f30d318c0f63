import { custom, type Hex, HttpRequestError } from 'viem'
import { rpc } from './foundry.js'

export type Fault =
  /** The node took the request and its answer never arrived. */
  | 'drop-response'
  /** The request never reached the node. */
  | 'drop-request'

/** A transport that loses requests or answers of some methods, a given number of times. */
export function flakyTransport(url: string, faults: { readonly [method: string]: readonly Fault[] }) {
  const left = new Map(Object.entries(faults).map(([method, list]) => [method, [...list]]))
  const sent: Hex[] = []
  const transport = custom(
    {
      request: async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
        const fault = left.get(method)?.shift()
        const lost = new HttpRequestError({ url, cause: new Error('socket hang up') })
        if (fault === 'drop-request') throw lost
        if (method === 'eth_sendRawTransaction') sent.push(params[0] as Hex)
        const result = await rpc(url, method, params)
        if (fault === 'drop-response') throw lost
        return result
      },
    },
    { retryCount: 0 },
  )
  return { transport, sent, pending: () => [...left.values()].flat().length }
}

type Hexes = { readonly data: Hex; readonly topics: readonly Hex[] }

/** A node that puts another value (an address, a word) in the place of one in the data of every log. */
export function tamperedLogs(url: string, from: Hex, to: Hex) {
  const digits = (value: Hex) => value.slice(2).toLowerCase()
  return changedLogs(url, (log) => ({ ...log, data: log.data.replaceAll(digits(from), digits(to)) as Hex }))
}

/** A node that changes every log it is asked for. */
export function changedLogs(url: string, change: (log: Hexes) => Hexes) {
  return custom({
    request: async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
      const result = await rpc<unknown>(url, method, params)
      return method === 'eth_getLogs' ? (result as Hexes[]).map(change) : result
    },
  })
}
