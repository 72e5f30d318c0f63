import { Component, type ReactNode } from 'react'
import { Notice } from './Notice'

/** Keeps a fault of one page, or a part of the app that did not load, from blanking everything. */
export class Crash extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {}

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    if (!this.state.error) return this.props.children
    return (
      <Notice icon="alert" title="This page stopped working" tone="bad">
        <p>{this.state.error.message}</p>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Reload
        </button>
      </Notice>
    )
  }
}
