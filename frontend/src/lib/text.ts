/**
 * Text that came from the chain. Anyone can put any bytes there, so it is shown as text and never as markup, links or
 * layout. These helpers remove what could still mislead inside plain text.
 */

/** Longest chain text a page shows; the contracts cap titles at 128 bytes and reasons at 280. */
const MAX_SHOWN_CHARACTERS = 300

/** More combining marks than this on one letter are drawn over the neighbouring lines. */
const MAX_COMBINING_MARKS = 3

/** Bidirectional controls reorder what the reader sees: the text shown is not the text stored. */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** Invisible characters make two different names look the same. Joiners stay: scripts and emoji need them. */
const INVISIBLE =
  /[\u00ad\u115f\u1160\u17b4\u17b5\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|\u034f|[\u180b-\u180f]|[\ufe00-\ufe0e]|[\u{e0000}-\u{e0fff}]/gu

const CONTROLS = /\p{Cc}/gu
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu
const STACKED_MARKS = new RegExp(`(\\p{M}{${MAX_COMBINING_MARKS}})\\p{M}+`, 'gu')

const REPLACEMENT = '\ufffd'

/** Chain text, made safe to read: controls and bidirectional overrides become a visible replacement character. */
export function neutralise(text: string): string {
  const cleaned = wellFormed(text)
    .replace(LINE_BREAKS, ' ')
    .replace(CONTROLS, REPLACEMENT)
    .replace(BIDI_CONTROLS, REPLACEMENT)
    .replace(INVISIBLE, '')
    .replace(STACKED_MARKS, '$1')
    .trim()
  const characters = Array.from(cleaned)
  if (characters.length <= MAX_SHOWN_CHARACTERS) return cleaned
  return `${characters.slice(0, MAX_SHOWN_CHARACTERS).join('')}…`
}

function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, REPLACEMENT)
}
