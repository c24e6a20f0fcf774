import { type Clock, type Milliseconds, noLongerAwaited } from '../../clock/clock.ts'

/** A wait that can be called off or begun anew. */
export interface Alarm {
  /** Begins to wait `ms`, instead of what was being waited for. */
  set(ms: Milliseconds): void
  cancel(): void
}

/** An alarm on `clock`. `onFailure` is told when the clock itself can wait no longer. */
export function createAlarm(clock: Clock, onTime: () => void, onFailure: (error: unknown) => void): Alarm {
  let stop: AbortController | undefined
  const cancel = () => {
    stop?.abort(noLongerAwaited)
    stop = undefined
  }
  return {
    set(ms) {
      cancel()
      const current = new AbortController()
      stop = current
      clock.sleep(ms, current.signal).then(
        () => stop === current && onTime(),
        error => stop === current && onFailure(error),
      )
    },
    cancel,
  }
}
