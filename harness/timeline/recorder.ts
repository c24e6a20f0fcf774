import { type Clock, type Milliseconds, noLongerAwaited } from '../clock/clock.ts'
import type { Entry, EntryOf, EntryType, NewEntry } from './entry.ts'
import type { Redactor } from './redactor.ts'
import type { Timeline } from './timeline.ts'

/** Waiting for something that must happen ended without it. Says what it waited for and what came instead. */
export class WaitTimedOut extends Error {
  readonly code = 'CONNREQ_WAIT_TIMED_OUT'
  override readonly name = 'WaitTimedOut'
  readonly what: string
  readonly waitedMs: Milliseconds

  constructor(what: string, waitedMs: Milliseconds, seen: string) {
    super(`Waited ${waitedMs / 1000} s for ${what}; it did not come. Seen meanwhile: ${seen}.`)
    this.what = what
    this.waitedMs = waitedMs
  }
}

type Listener = (entry: Entry) => void

export interface WaitOptions {
  timeoutMs: Milliseconds
  /** For the error: "a session with 6 CONNECTION REQUEST". */
  what: string
  signal?: AbortSignal
  /** Entries with a number above this count; by default only entries that are yet to come. */
  after?: number
}

/**
 * The append-only list of the run. Entries are redacted, numbered, timed, handed to the sink (which writes
 * them to disk at once) and then to whoever waits.
 */
export class TimelineRecorder implements Timeline {
  readonly #entries: Entry[] = []
  readonly #listeners = new Set<Listener>()
  readonly #clock: Clock
  readonly #redactor: Redactor
  readonly #sink: (entry: Entry) => void

  constructor(options: { clock: Clock; redactor: Redactor; sink?: (entry: Entry) => void }) {
    this.#clock = options.clock
    this.#redactor = options.redactor
    this.#sink = options.sink ?? (() => undefined)
  }

  get entries(): readonly Entry[] {
    return this.#entries
  }

  /** The number of the newest entry, 0 when there is none. */
  get lastSeq(): number {
    return this.#entries.length
  }

  /** Adds an entry, timed now, and returns it as it stands on the timeline. */
  add<E extends NewEntry>(entry: E): EntryOf<E['type']> {
    const complete = {
      seq: this.#entries.length + 1,
      at: this.#clock.now(),
      ...this.#redactor.redact(entry),
    } as unknown as Entry
    this.#entries.push(complete)
    this.#sink(complete)
    for (const listener of [...this.#listeners]) listener(complete)
    return complete as unknown as EntryOf<E['type']>
  }

  /** Calls `listener` for each later entry. Returns how to stop. */
  onEntry(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Resolves with the first entry of `type` that fits.
   * @throws WaitTimedOut after `timeoutMs`, which also puts a `wait-timed-out` entry on the timeline
   */
  async waitFor<T extends EntryType>(
    type: T,
    fits: (entry: EntryOf<T>) => boolean,
    options: WaitOptions,
  ): Promise<EntryOf<T>> {
    const matches = (entry: Entry): entry is EntryOf<T> => entry.type === type && fits(entry as EntryOf<T>)
    const from = options.after ?? this.lastSeq
    const earlier = this.#entries.slice(from).find(matches)
    if (earlier) return earlier

    const stop = new AbortController()
    const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal
    let stopListening = () => {}
    const arrival = new Promise<EntryOf<T>>(resolve => {
      stopListening = this.onEntry(entry => matches(entry) && resolve(entry))
    })
    const late = this.#clock.sleep(options.timeoutMs, signal).then(() => {
      this.add({ type: 'wait-timed-out', what: options.what, ms: options.timeoutMs })
      throw new WaitTimedOut(options.what, options.timeoutMs, this.#summaryAfter(from))
    })
    try {
      return await Promise.race([arrival, late])
    } finally {
      stopListening()
      stop.abort(noLongerAwaited)
      late.catch(() => undefined)
    }
  }

  #summaryAfter(seq: number): string {
    const counts = new Map<string, number>()
    for (const entry of this.#entries.slice(seq)) {
      if (entry.type !== 'wait-timed-out') counts.set(entry.type, (counts.get(entry.type) ?? 0) + 1)
    }
    return [...counts].map(([type, count]) => `${count} × ${type}`).join(', ') || 'nothing'
  }
}
