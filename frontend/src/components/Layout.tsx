import type { ReactNode } from 'react'
import { useConfig } from '../config'
import { useLiveBlocks } from '../hooks/useLiveBlocks'
import { Link, useLocation } from '../router'
import { datasetsUrl, governanceUrl, homeUrl, keysUrl, modelsUrl, tasksUrl } from '../url'
import { SearchBox } from './SearchBox'
import { StatusFooter } from './StatusFooter'

const sections = [
  { label: 'Tasks', to: tasksUrl() },
  { label: 'Datasets', to: datasetsUrl() },
  { label: 'Models', to: modelsUrl() },
  { label: 'Verifier keys', to: keysUrl() },
  { label: 'Governance', to: governanceUrl() },
]

/** Chains that exist for development only. */
const LOCAL_CHAIN_IDS = [31_337, 1_337]

export function Layout({ children }: { children: ReactNode }) {
  const { pathname } = useLocation()
  const { chainId } = useConfig()
  useLiveBlocks()
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="site-header">
        <div className="page-width">
          <Link className="wordmark" to={homeUrl()}>
            <img src="/logo.svg" width="28" height="28" alt="" />
            Veritask
          </Link>
          <nav className="site-nav" aria-label="Sections">
            <ul>
              {sections.map(({ label, to }) => (
                <li key={to}>
                  <Link to={to} aria-current={sectionState(pathname, to)}>
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          <SearchBox />
          <span className="chain-name">{LOCAL_CHAIN_IDS.includes(chainId) ? 'Local chain' : `Chain ${chainId}`}</span>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <div className="page-width">{children}</div>
      </main>
      <StatusFooter />
    </>
  )
}

function sectionState(pathname: string, to: string): 'page' | 'true' | undefined {
  if (pathname === to) return 'page'
  return pathname.startsWith(`${to}/`) ? 'true' : undefined
}
