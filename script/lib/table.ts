/** A table in plain text: the first column to the left, the others as asked. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: 'left' | 'right' = 'left',
): string[] {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const cell = (text: string, column: number): string =>
    align === 'right' && column > 0 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)
  const line = (cells: readonly string[]): string => cells.map(cell).join('  ').trimEnd()
  return [line(header), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)]
}
