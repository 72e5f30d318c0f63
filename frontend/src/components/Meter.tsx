/** `done` of `total`, as a bar and in words. */
export function Meter({ done, total, label }: { done: number; total: number; label: string }) {
  const WIDTH = 100
  return (
    <span className="meter">
      <svg viewBox={`0 0 ${WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
        <rect width={total > 0 ? (WIDTH * Math.min(done, total)) / total : 0} height="8" />
      </svg>
      <span>
        {done} / {total} <span className="visually-hidden">{label}</span>
      </span>
    </span>
  )
}
