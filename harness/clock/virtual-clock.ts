import { createBytesInFlight } from './bytes-in-flight.ts'
import type { Clock } from './clock.ts'
import { createDatagramsInFlight } from './datagrams-in-flight.ts'
import { createTimerHeap } from './timer-heap.ts'

/** Turns of the event loop in a row without anything under way, before time may jump. */
const calmTurns = 5
/** Real time that something may be under way without any change before we give up. */
const stuckAfterMs = 20_000

/** Something stayed under way for ever, so that virtual time can never go on. */
export class VirtualTimeStuck extends Error {
  readonly code = 'CONNREQ_VIRTUAL_TIME_STUCK'
  override readonly name = 'VirtualTimeStuck'
}

/**
 * Time that jumps to the next timer as soon as no byte and no datagram is in flight between watched sockets and no
 * counted work is going on. Real sockets, real bytes, no waiting. Only for a device in this very process.
 */
export function createVirtualClock(): Clock {
  const startedAt = Date.now()
  const timers = createTimerHeap()
  const bytes = createBytesInFlight()
  const datagrams = createDatagramsInFlight()
  const rejectors = new Set<(reason: Error) => void>()
  let now = 0
  let busy = 0
  let running = false

  const underWay = () => (busy > 0 ? `${busy} pieces of counted work` : (bytes.describe() ?? datagrams.describe()))

  const becomeCalm = async () => {
    let lastUnderWay: string | undefined
    let unchangedSince = performance.now()
    for (let calm = 0; calm < calmTurns; ) {
      await new Promise(resolve => setImmediate(resolve))
      const current = underWay()
      calm = current === undefined ? calm + 1 : 0
      if (current === lastUnderWay && current !== undefined) {
        if (performance.now() - unchangedSince > stuckAfterMs)
          throw new VirtualTimeStuck(`Virtual time cannot go on: ${current} never arrived.`)
      } else {
        lastUnderWay = current
        unchangedSince = performance.now()
      }
    }
  }

  const run = async () => {
    if (running) return
    running = true
    try {
      while (!timers.isEmpty) {
        await becomeCalm()
        const next = timers.next()
        if (next === undefined) break
        now = Math.max(now, next.at)
        next.fire()
      }
    } catch (error) {
      for (const reject of [...rejectors]) reject(error as Error)
    } finally {
      running = false
    }
  }

  return {
    kind: 'virtual',
    now: () => now,
    wallTime: () => new Date(startedAt + now),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const forget = () => {
          rejectors.delete(reject)
          signal?.removeEventListener('abort', stop)
        }
        const timer = timers.add(now + Math.max(0, ms), () => {
          forget()
          resolve()
        })
        const stop = () => {
          timer.cancelled = true
          forget()
          reject(signal?.reason)
        }
        rejectors.add(reject)
        signal?.addEventListener('abort', stop, { once: true })
        void run()
      }),
    watch(socket) {
      bytes.watch(socket)
      return socket
    },
    watchDatagrams(socket) {
      datagrams.watch(socket)
      return socket
    },
    async busy(work) {
      busy++
      try {
        return await work()
      } finally {
        busy--
      }
    },
  }
}
