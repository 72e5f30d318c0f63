/** What spreadsheets take for a formula, unless it is a plain number. */
const FORMULA = /^'*[=+\-@]/
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/

/**
 * A table as CSV. A cell that a spreadsheet would run as a formula has an apostrophe before it; `cellText` takes it off.
 */
export function formatTable(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [columns, ...rows].map((row) => `${row.map((cell) => csvCell(String(cell))).join(',')}\n`).join('')
}

function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text
  return /[",;\t\n\r]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A cell as it was before `formatTable` wrote it. */
export function cellText(cell: string): string {
  return FORMULA.test(cell) && cell.startsWith("'") ? cell.slice(1) : cell
}
