import type { ReactNode } from 'react'

export type Tone = 'idle' | 'busy' | 'wait' | 'good' | 'bad'

export function Badge({
  tone = 'idle',
  plain = false,
  children,
}: {
  tone?: Tone
  plain?: boolean
  children: ReactNode
}) {
  return (
    <span className="badge" data-tone={tone} data-plain={plain || undefined}>
      {children}
    </span>
  )
}
