import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

type NoticeProps = { icon: IconName; title: string; tone?: 'bad'; children?: ReactNode }

/** A whole area that has no data to show, and why. */
export function Notice({ icon, title, tone, children }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  )
}

export function Skeleton({ lines = 5, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholders without identity
        <span key={line} aria-hidden="true" />
      ))}
    </div>
  )
}

type CalloutProps = { tone: 'wait' | 'bad' | 'good'; icon: IconName; children: ReactNode }

export function Callout({ tone, icon, children }: CalloutProps) {
  return (
    <div className="callout" data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  )
}
