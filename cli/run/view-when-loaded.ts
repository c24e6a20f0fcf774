import type { Entry } from '../../harness/timeline/entry.ts'
import type { LiveView } from './live-view.ts'

/** A view that is still to be loaded: it gets what came before, and throws from `tick` when it cannot be loaded. */
export interface LateView extends LiveView {
  load(): void
}

/** Keeps the entries for a view until it is there, because nothing must wait for it. */
export function viewWhenLoaded(loadView: () => Promise<LiveView>): LateView {
  let view: LiveView | undefined
  let problem: Error | undefined
  let loading: Promise<void> | undefined
  let unseen: Entry[] = []
  const showUnseen = () => {
    if (problem) throw problem
    if (!view) return
    for (const entry of unseen) view.entry(entry)
    unseen = []
  }
  return {
    load() {
      loading = loadView().then(
        loaded => {
          view = loaded
        },
        (error: Error) => {
          problem = error
        },
      )
    },
    entry: entry => void unseen.push(entry),
    tick() {
      showUnseen()
      view?.tick()
    },
    notice: text => view?.notice(text),
    async end() {
      await loading
      showUnseen()
      await view?.end()
    },
  }
}
