import type { ServerResponse } from 'node:http'
import type { Clock, Milliseconds } from '../../harness/clock/clock.ts'

/** One page that follows the run. */
interface Follower {
  response: ServerResponse
  /** The number of the last change that it was told. */
  told: number
  /** Since when it has not taken what was sent to it. */
  stuckSince?: Milliseconds
  /** When it was sent something for the last time. */
  sentAt: Milliseconds
}

/** The pages that follow a run by server-sent events. What one does not take in time is never kept for it. */
export interface EventStreams {
  readonly size: number
  /** Takes a page in and tells it what changed after the change that it has seen. */
  add(response: ServerResponse, seen: number): void
  /** Tells every page what is new to it, and lets those go that take nothing. */
  flush(): void
  /** Tells every page something that is no change of a part. */
  tell(event: string, data: unknown): void
  /** Ends all streams. */
  close(): void
}

export interface EventStreamsOptions {
  clock: Clock
  /** How long a page may take nothing before it is let go. */
  patienceMs: Milliseconds
  /** An event with all that changed after that one; nothing when nothing did. */
  changesAfter: (told: number) => { text: string; version: number } | undefined
}

/** Something is sent at least so often, so that a page that is gone is noticed. */
const quietestMs: Milliseconds = 15_000

export function createEventStreams({ clock, patienceMs, changesAfter }: EventStreamsOptions): EventStreams {
  const followers = new Set<Follower>()

  const send = (follower: Follower, text: string) => {
    follower.sentAt = clock.now()
    if (follower.response.write(text)) return
    follower.stuckSince = clock.now()
    follower.response.once('drain', () => delete follower.stuckSince)
  }
  const bringUpToDate = (follower: Follower) => {
    // Changes are states: whoever was stuck for a while gets the latest only.
    if (follower.stuckSince !== undefined) return
    const changes = changesAfter(follower.told)
    if (changes) {
      follower.told = changes.version
      send(follower, changes.text)
    } else if (clock.now() - follower.sentAt >= quietestMs) send(follower, ': still there\n\n')
  }
  const letGo = (follower: Follower) => {
    followers.delete(follower)
    follower.response.destroy()
  }

  return {
    get size() {
      return followers.size
    },
    add(response, seen) {
      const follower: Follower = { response, told: seen, sentAt: clock.now() }
      followers.add(follower)
      response.once('close', () => followers.delete(follower))
      response.once('error', () => followers.delete(follower))
      // A browser that loses the stream comes back after so many milliseconds.
      send(follower, 'retry: 1000\n\n')
      bringUpToDate(follower)
    },
    flush() {
      for (const follower of followers)
        if (follower.stuckSince !== undefined && clock.now() - follower.stuckSince >= patienceMs) letGo(follower)
        else bringUpToDate(follower)
    },
    tell(event, data) {
      for (const follower of followers)
        if (follower.stuckSince === undefined) send(follower, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    close() {
      for (const { response } of followers) response.end()
    },
  }
}
