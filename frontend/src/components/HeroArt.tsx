const COLUMNS = 8
const ROWS = 6
const STEP = 40
const DOT = 26

/** Items of the picture that carry gold, and those whose label is shown; the rest stays covered. */
const GOLD = [10, 21, 35, 44]
const SHOWN = [3, 12, 17, 26, 30, 39]

/** Decoration: a grid of covered labels, a few of them gold, and the mark of a proof across it. */
export function HeroArt() {
  return (
    <svg className="hero-art" viewBox={`0 0 ${COLUMNS * STEP} ${ROWS * STEP}`} aria-hidden="true">
      {Array.from({ length: COLUMNS * ROWS }, (_, item) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed picture
          key={item}
          x={(item % COLUMNS) * STEP + (STEP - DOT) / 2}
          y={Math.floor(item / COLUMNS) * STEP + (STEP - DOT) / 2}
          width={DOT}
          height={DOT}
          rx="6"
          fill={GOLD.includes(item) ? '#f0c75e' : '#ffffff'}
          opacity={GOLD.includes(item) ? 0.95 : SHOWN.includes(item) ? 0.34 : 0.12}
        />
      ))}
      <path
        d="M70 118 136 184 262 52"
        fill="none"
        stroke="#ffffff"
        strokeWidth="20"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
