import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { useConfig } from '../config'
import { MAX_SEARCH_LENGTH, onlyHitUrl, searchText } from '../lib/search'
import { searchQuery } from '../queries'
import { navigate, useLocation } from '../router'
import { readSearch, searchUrl } from '../url'

const FOCUS_KEY = '/'

/** The search of the header. Enter goes to the only hit, or to the list of hits; `/` leads here from anywhere. */
export function SearchBox() {
  const { pathname, search } = useLocation()
  const shown = pathname === searchUrl() ? readSearch(search) : ''
  const input = useRef<HTMLInputElement>(null)
  const { pending, submit } = useSearch(input)
  const inputId = useId()
  useFocusKey(input)
  return (
    <search className="site-search">
      <form aria-busy={pending} onSubmit={submit}>
        <label className="visually-hidden" htmlFor={inputId}>
          Search for an id, an address, a transaction, a CID or words
        </label>
        <input
          key={shown}
          ref={input}
          id={inputId}
          type="search"
          name="q"
          defaultValue={shown}
          placeholder="Id, address, transaction, CID, words"
          aria-keyshortcuts={FOCUS_KEY}
          enterKeyHint="search"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
        <span className="key" aria-hidden="true">
          {FOCUS_KEY}
        </span>
      </form>
    </search>
  )
}

/** Asks the indexer as the form is sent. What was sent last counts: an earlier answer goes nowhere. */
function useSearch(input: React.RefObject<HTMLInputElement | null>) {
  const client = useQueryClient()
  const { indexerUrl } = useConfig()
  const [pending, setPending] = useState(false)
  const latest = useRef(0)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const q = searchText(String(new FormData(event.currentTarget).get('q') ?? ''))
    if (q === '') return
    latest.current += 1
    const sent = latest.current
    setPending(true)
    // The page of hits says what went wrong, and offers to try again.
    const only = q.length > MAX_SEARCH_LENGTH ? undefined : await findOnly(q).catch(() => undefined)
    if (sent !== latest.current) return
    setPending(false)
    if (only && input.current) input.current.value = ''
    input.current?.blur()
    navigate(only ?? searchUrl(q))
  }
  const findOnly = async (q: string) =>
    onlyHitUrl(await client.fetchQuery({ ...searchQuery(indexerUrl, q), retry: false }))
  return { pending, submit }
}

/** `/` focuses the search, unless somebody is typing. */
function useFocusKey(input: React.RefObject<HTMLInputElement | null>) {
  useEffect(() => {
    function focus(event: KeyboardEvent) {
      if (event.key !== FOCUS_KEY || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      const target = event.target as HTMLElement
      if (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    window.addEventListener('keydown', focus)
    return () => window.removeEventListener('keydown', focus)
  }, [input])
}
