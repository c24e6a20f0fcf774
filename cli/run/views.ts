import type { LateView } from './view-when-loaded.ts'

/** Several views of one run as one. */
export function together(views: readonly LateView[]): LateView {
  return {
    load() {
      for (const view of views) view.load()
    },
    entry(entry) {
      for (const view of views) view.entry(entry)
    },
    tick() {
      for (const view of views) view.tick()
    },
    notice(text) {
      for (const view of views) view.notice(text)
    },
    async end() {
      for (const view of views) await view.end()
    },
  }
}
