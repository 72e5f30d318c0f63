import { type ReactNode, useId } from 'react'

type CardProps = { title: string; note?: ReactNode; className?: string; flush?: boolean; children: ReactNode }

/** A titled section. `flush` lets tables reach its edges. */
export function Card({ title, note, className = '', flush = false, children }: CardProps) {
  const headingId = useId()
  return (
    <section className={`card ${className}`} aria-labelledby={headingId}>
      <div className="card-header">
        <h2 id={headingId}>{title}</h2>
        {note !== undefined && <p>{note}</p>}
      </div>
      {flush ? children : <div className="card-body">{children}</div>}
    </section>
  )
}
