import type { SearchRow } from '../api/types'
import { ChainText } from '../components/ChainText'
import { HitList } from '../components/HitList'
import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { useSearch } from '../hooks/useIndexer'
import { plural } from '../lib/format'
import { MAX_SEARCH_LENGTH, readingWords, SEARCHABLE } from '../lib/search'
import { Link, useLocation } from '../router'
import { readSearch, tasksUrl } from '../url'

/** Longest title text that the list of tasks is narrowed by, in characters. */
const MAX_TITLE_SEARCH = 128

export default function SearchPage() {
  const q = readSearch(useLocation().search)
  // Another search is another page: its heading takes the focus anew.
  return (
    <div className="stack" key={q}>
      {q === '' ? (
        <PageFor title="Search">
          <Notice icon="search" title="Nothing searched for yet">
            <Searchable />
          </Notice>
        </PageFor>
      ) : q.length > MAX_SEARCH_LENGTH ? (
        <PageFor title="Search">
          <Notice icon="alert" title="That is too long to search for">
            <p>
              A search takes up to {MAX_SEARCH_LENGTH} characters: one id, address, transaction or CID, or a few words.
            </p>
            <Searchable />
          </Notice>
        </PageFor>
      ) : (
        <Results q={q} />
      )}
    </div>
  )
}

function PageFor({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <>
      <PageHeader title={title} />
      <section className="card" aria-label="Search">
        {children}
      </section>
    </>
  )
}

function Results({ q }: { q: string }) {
  const search = useSearch(q)
  const found = search.data?.hits.length ?? 0
  return (
    <>
      <PageHeader
        title={`Search for ${q}`}
        heading={
          <>
            Search for <ChainText>{q}</ChainText>
          </>
        }
      >
        <p className="lede" role="status">
          {search.data && (found === 0 ? 'No hits' : `${search.data.more ? 'The first ' : ''}${plural(found, 'hit')}`)}
        </p>
      </PageHeader>
      <section className="card" aria-label="Search">
        <QueryView
          query={search}
          noun="what was found"
          isEmpty={({ hits }) => hits.length === 0}
          empty={search.data && <Nothing search={search.data} />}
        >
          {({ hits, more, readAs }) => (
            <>
              <HitList hits={hits} />
              {more && <More q={q} inTitles={readAs.includes('words')} />}
            </>
          )}
        </QueryView>
      </section>
    </>
  )
}

function Nothing({ search }: { search: SearchRow }) {
  return (
    <Notice icon="search" title="Nothing was found">
      <p>
        {search.problem ??
          `${readingWords(search.readAs)} It may be mistyped, belong to another chain, or be so new that its block is not indexed yet.`}
      </p>
      <Searchable />
    </Notice>
  )
}

function Searchable() {
  return (
    <>
      <p id="searchable">What can be searched for:</p>
      <ul className="searchable" aria-labelledby="searchable">
        {SEARCHABLE.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </>
  )
}

function More({ q, inTitles }: { q: string; inTitles: boolean }) {
  return (
    <p className="more">
      There are more. Add digits or words to narrow it down
      {inTitles && q.length <= MAX_TITLE_SEARCH ? (
        <>
          , or see <Link to={tasksUrl({ q })}>all tasks with this in their title</Link>
        </>
      ) : null}
      .
    </p>
  )
}
