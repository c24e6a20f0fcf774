import type { Clock } from './clock.ts'

/** The longest delay that one Node timer takes, in milliseconds; longer ones fire at once. */
const longestTimer = 2 ** 31 - 1

/** Real time, for real devices. */
export function createRealClock(): Clock {
  const origin = performance.now()
  const now = () => performance.now() - origin
  return {
    kind: 'real',
    now,
    wallTime: () => new Date(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const end = now() + ms
        let timer: NodeJS.Timeout
        // A Node timer may fire a fraction of a millisecond early: a window must never be shorter than it says.
        const wait = () => {
          timer = setTimeout(() => (now() < end ? wait() : finish()), Math.min(Math.max(0, end - now()), longestTimer))
        }
        const finish = () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        const stop = () => {
          clearTimeout(timer)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', stop, { once: true })
        wait()
      }),
    watch: socket => socket,
    watchDatagrams: socket => socket,
    busy: work => work(),
  }
}
