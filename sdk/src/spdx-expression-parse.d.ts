/** As far as it is used: throws when the text is no SPDX licence expression. */
declare module 'spdx-expression-parse' {
  export default function parse(expression: string): unknown
}
