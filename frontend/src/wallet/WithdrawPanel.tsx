import { useState } from 'react'
import type { Address } from 'viem'
import { useConnect, useConnection, useConnectors, WagmiProvider } from 'wagmi'
import { Hash } from '../components/Hash'
import { Callout, Notice } from '../components/Notice'
import { useConfig } from '../config'
import { formatAmount } from '../lib/format'
import { neutralise } from '../lib/text'
import { createWalletConfig } from './config'
import { reasonOf } from './reason'
import { useCredit, useWithdraw, type WithdrawStep } from './useWithdraw'

type WithdrawPanelProps = { account: string; tokens: readonly string[] }

const STEP_WORDS: Record<WithdrawStep, string> = {
  checking: 'Checking with the chain',
  signing: 'Confirm in your wallet',
  waiting: 'Waiting for the block',
}

/** Credits an account can withdraw. Loaded on demand: the wallet library is larger than the rest of the app. */
export default function WithdrawPanel({ account, tokens }: WithdrawPanelProps) {
  const config = useConfig()
  const [walletConfig] = useState(() => createWalletConfig(config))
  return (
    <WagmiProvider config={walletConfig}>
      <div className="stack-tight">
        {tokens.map((token) => (
          <Credit key={token} account={account as Address} token={token as Address} />
        ))}
      </div>
    </WagmiProvider>
  )
}

function Credit({ account, token }: { account: Address; token: Address }) {
  const credit = useCredit(account, token)
  const withdraw = useWithdraw(account, token)
  const connection = useConnection()
  if (credit.isPending) return <p role="status">Asking the chain for the credit</p>
  if (credit.isError) {
    return (
      <Notice icon="offline" title="The chain does not answer" tone="bad">
        <button type="button" className="button" onClick={() => void credit.refetch()}>
          Try again
        </button>
      </Notice>
    )
  }
  return (
    <>
      <div className="verify-start">
        {credit.data === '0' ? (
          <p>No credit is left to withdraw.</p>
        ) : connection.isConnected ? (
          <button
            type="button"
            className="button"
            data-primary
            disabled={withdraw.isPending}
            onClick={() => withdraw.mutate({ walletChainId: connection.chainId })}
          >
            {withdraw.step ? STEP_WORDS[withdraw.step] : `Withdraw ${formatAmount(credit.data, token)}`}
          </button>
        ) : (
          <ConnectButtons />
        )}
        {credit.data !== '0' && (
          <p>
            {formatAmount(credit.data, token)} wait here. Anyone may send the transaction; the money only goes to this
            account.
          </p>
        )}
      </div>
      <div aria-live="polite">
        {withdraw.isError && (
          <Callout tone="bad" icon="alert">
            <strong>Not withdrawn.</strong> {reasonOf(withdraw.error)}
          </Callout>
        )}
        {withdraw.data && (
          <Callout tone="good" icon="check">
            <strong>Withdrawn</strong> in <Hash value={withdraw.data} label="transaction hash" picture={false} />
          </Callout>
        )}
      </div>
    </>
  )
}

function ConnectButtons() {
  const connectors = useConnectors()
  const connect = useConnect()
  if (connectors.length === 0) return <p>Install a browser wallet to withdraw from this page.</p>
  return (
    <>
      {connectors.map((connector) => (
        <button
          key={connector.uid}
          type="button"
          className="button"
          disabled={connect.isPending}
          onClick={() => connect.mutate({ connector })}
        >
          Connect {neutralise(connector.name)}
        </button>
      ))}
      {connect.isError && <p role="alert">{reasonOf(connect.error)}</p>}
    </>
  )
}
