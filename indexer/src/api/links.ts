/** Versions shown with a dataset or model. */
export const versionsShown = 100
/** Links of one kind towards all shown versions together. */
export const linksShown = 100

/** Groups links by the version they belong to. */
export function linksBy<row extends { readonly of: string }>(rows: readonly row[]) {
  const byVersion = new Map<string, Omit<row, 'of'>[]>()
  for (const { of, ...link } of rows) {
    const links = byVersion.get(of)
    if (links) links.push(link)
    else byVersion.set(of, [link])
  }
  return (versionId: string) => byVersion.get(versionId) ?? []
}
