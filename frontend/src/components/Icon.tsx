/** The few icons the app uses, drawn on a 24-unit grid. Decorative: the words beside them carry the meaning. */
const paths = {
  check: 'M5 12.5 10 17.5 19 7',
  cross: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  shield: 'M12 3 5 6v5c0 4.5 3 8 7 10 4-2 7-5.5 7-10V6zM9 12l2.2 2.2L15.2 10',
  alert: 'M12 4 3 20h18zM12 10v4M12 17v.5',
  empty: 'M4 7h16v12H4zM4 7l3-4h10l3 4M9 12h6',
  offline: 'M4 4l16 16M7 8a8 8 0 0 0-3 2.5M20 10.5A11 11 0 0 0 12 7M8.5 14A5 5 0 0 1 12 12.5M12 18v.5',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20',
} as const

export type IconName = keyof typeof paths

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
