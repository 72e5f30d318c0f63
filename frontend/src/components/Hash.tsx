import { useEffect, useRef, useState } from 'react'
import { shortHash } from '../lib/format'
import { identiconOf } from '../lib/identicon'
import { Link } from '../router'
import { Icon } from './Icon'

const COPIED_SHOWN_MS = 1500

type HashProps = {
  value: string
  /** What the hash is, for screen readers and the copy button: "transaction", "commitment". */
  label: string
  to?: string
  full?: boolean
  picture?: boolean
}

/** A hash, id or address: picture, shortened digits, link when it has a page, and a button that copies all of it. */
export function Hash({ value, label, to, full = false, picture = true }: HashProps) {
  const text = <code title={value}>{full ? value : shortHash(value)}</code>
  return (
    <span className="hash" data-full={full || undefined}>
      {picture && <HashPicture value={value} />}
      {to ? <Link to={to}>{text}</Link> : text}
      <CopyButton value={value} label={label} />
    </span>
  )
}

function HashPicture({ value }: { value: string }) {
  const ref = useRef<SVGSVGElement>(null)
  const { cells, hue, size } = identiconOf(value)
  // Set through the CSSOM: the content security policy refuses style attributes.
  useEffect(() => ref.current?.style.setProperty('--identicon-hue', String(hue)), [hue])
  return (
    <svg ref={ref} className="identicon" viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" aria-hidden="true">
      {cells.map(({ x, y }) => (
        <rect key={`${x},${y}`} x={x} y={y} width="1" height="1" />
      ))}
    </svg>
  )
}

function CopyButton({ value, label }: { value: string; label: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), COPIED_SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  async function copy() {
    await navigator.clipboard.writeText(value)
    setCopied(true)
  }
  return (
    <button
      type="button"
      className="copy"
      data-copied={copied || undefined}
      aria-label={copied ? `Copied the ${label}` : `Copy the ${label}`}
      onClick={() => void copy().catch(() => setCopied(false))}
    >
      <Icon name={copied ? 'check' : 'copy'} />
    </button>
  )
}
