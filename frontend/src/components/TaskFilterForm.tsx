import type { FormEvent } from 'react'
import { gateKinds, gateName, settlementKinds, settlementName, taskPhases, taskPhaseWords } from '../lib/states'
import type { TaskFilters } from '../url'

const ADDRESS_PATTERN = '0x[0-9a-fA-F]{40}'
/** The longest title text the indexer searches for. */
const MAX_QUERY_LENGTH = 128

type TaskFilterFormProps = { filters: TaskFilters; onChange: (filters: TaskFilters) => void }

/** Narrows the task list. Choices apply at once, typed text with Enter or the button. */
export function TaskFilterForm({ filters, onChange }: TaskFilterFormProps) {
  function apply(form: HTMLFormElement) {
    const data = new FormData(form)
    const field = (name: string) => String(data.get(name) ?? '').trim() || undefined
    onChange({
      q: field('q'),
      phase: field('phase'),
      kind: field('kind'),
      gate: field('gate'),
      requester: field('requester')?.toLowerCase(),
    })
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    apply(event.currentTarget)
  }
  const choose = (select: HTMLSelectElement) => select.form?.requestSubmit()
  return (
    <form className="filters" aria-label="Filter tasks" onSubmit={submit}>
      <label className="field">
        <span>Title</span>
        <input
          type="search"
          name="q"
          maxLength={MAX_QUERY_LENGTH}
          defaultValue={filters.q}
          placeholder="Search titles"
        />
      </label>
      <label className="field">
        <span>Phase</span>
        <select name="phase" defaultValue={filters.phase ?? ''} onChange={(event) => choose(event.currentTarget)}>
          <option value="">Any</option>
          {taskPhases.map((phase) => (
            <option key={phase} value={phase}>
              {taskPhaseWords(phase).words}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Settlement</span>
        <select name="kind" defaultValue={filters.kind ?? ''} onChange={(event) => choose(event.currentTarget)}>
          <option value="">Any</option>
          {settlementKinds.map((kind) => (
            <option key={kind} value={kind}>
              {settlementName(kind)}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>Gate</span>
        <select name="gate" defaultValue={filters.gate ?? ''} onChange={(event) => choose(event.currentTarget)}>
          <option value="">Any</option>
          {gateKinds.map((kind) => (
            <option key={kind} value={kind}>
              {gateName(kind)}
            </option>
          ))}
        </select>
      </label>
      <label className="field wide">
        <span>Requester</span>
        <input
          type="text"
          name="requester"
          className="mono"
          defaultValue={filters.requester}
          placeholder="0x…"
          pattern={ADDRESS_PATTERN}
          title="An address: 0x and 40 hexadecimal digits"
          spellCheck={false}
          autoComplete="off"
        />
      </label>
      <button type="submit" className="button" data-primary>
        Filter
      </button>
    </form>
  )
}
