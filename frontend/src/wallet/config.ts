import { defineChain } from 'viem'
import { createConfig, http, injected } from 'wagmi'
import type { Config } from '../config'

/** Wallet set-up for the configured chain; browser wallets announce themselves. */
export function createWalletConfig({ chainId, rpcUrl }: Config) {
  const chain = defineChain({
    id: chainId,
    name: `Chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  return createConfig({ chains: [chain], connectors: [injected()], transports: { [chain.id]: http(rpcUrl) } })
}
