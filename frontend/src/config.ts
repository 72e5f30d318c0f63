import type { Deployment } from '@veritask/sdk/types'
import { createContext, useContext } from 'react'

/** Where everything is; served beside the app so that one build works with any deployment. */
export type Config = {
  chainId: number
  rpcUrl: string
  indexerUrl: string
  gatewayUrl: string
  deployment: Deployment
}

const CONFIG_PATH = '/config.json'
const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const URL_FIELDS = ['rpcUrl', 'indexerUrl', 'gatewayUrl'] as const

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch(CONFIG_PATH, { cache: 'no-store', credentials: 'omit' })
  if (!response.ok) throw new ConfigError(`${CONFIG_PATH} answered with status ${response.status}.`)
  return parseConfig(await response.json().catch(() => undefined))
}

/** Checks what the page relies on; says which field is wrong. */
export function parseConfig(value: unknown): Config {
  const config = value as Partial<Config> | undefined | null
  if (typeof config !== 'object' || config === null) throw new ConfigError(`${CONFIG_PATH} is not a JSON object.`)
  if (!Number.isSafeInteger(config.chainId)) throw new ConfigError(`${CONFIG_PATH}: chainId is not a number.`)
  for (const field of URL_FIELDS) {
    if (!isWebUrl(config[field])) throw new ConfigError(`${CONFIG_PATH}: ${field} is not an http(s) address.`)
  }
  const contracts = config.deployment?.contracts
  if (typeof contracts !== 'object' || contracts === null) {
    throw new ConfigError(`${CONFIG_PATH}: deployment.contracts is missing.`)
  }
  for (const [name, address] of Object.entries(contracts)) {
    if (!ADDRESS.test(String(address)))
      throw new ConfigError(`${CONFIG_PATH}: deployment.contracts.${name} is not an address.`)
  }
  return config as Config
}

function isWebUrl(value: unknown): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(String(value), 'http://relative.invalid').protocol)
  } catch {
    return false
  }
}

const ConfigContext = createContext<Config | undefined>(undefined)
export const ConfigProvider = ConfigContext.Provider

export function useConfig(): Config {
  const config = useContext(ConfigContext)
  if (!config) throw new ConfigError('useConfig needs a ConfigProvider above it.')
  return config
}
