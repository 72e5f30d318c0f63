import { type ReactNode, useEffect, useRef } from 'react'
import { neutralise } from '../lib/text'
import { hasNavigated, Link } from '../router'

export type Crumb = { label: string; to: string }

type PageHeaderProps = {
  /** Plain text for the tab; chain text is neutralised. */
  title: string
  heading?: ReactNode
  eyebrow?: ReactNode
  crumbs?: readonly Crumb[]
  children?: ReactNode
}

/** The heading of a page: sets the tab's title, and takes the focus after a navigation so that it is read out. */
export function PageHeader({ title, heading, eyebrow, crumbs, children }: PageHeaderProps) {
  const headingRef = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (hasNavigated()) headingRef.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    document.title = `${neutralise(title)} · Veritask`
  }, [title])
  return (
    <header className="page-header">
      {crumbs && (
        <nav className="breadcrumbs" aria-label="Breadcrumb">
          <ol>
            {crumbs.map(({ label, to }) => (
              <li key={to}>
                <Link to={to}>
                  <bdi>{neutralise(label)}</bdi>
                </Link>
              </li>
            ))}
          </ol>
        </nav>
      )}
      {eyebrow && <div className="eyebrow">{eyebrow}</div>}
      <h1 ref={headingRef} tabIndex={-1}>
        {heading ?? title}
      </h1>
      {children}
    </header>
  )
}
