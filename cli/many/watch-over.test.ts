import { expect, test } from 'vitest'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import { watchOver } from './watch-over.ts'

function watched(lastHeard: (now: number) => number = now => now) {
  const clock = createVirtualClock()
  const [interrupted, over] = [new AbortController(), new AbortController()]
  const signals: [NodeJS.Signals, number][] = []
  const child = { kill: (signal: NodeJS.Signals) => void signals.push([signal, clock.now()]) }
  const watching = watchOver(child, {
    ...{ clock, signal: interrupted.signal, over: over.signal, patienceMs: 5000 },
    lastHeard: () => lastHeard(clock.now()),
  })
  return { clock, interrupted, over, signals, watching }
}

test('a process that writes nothing for five minutes is ended and named', async () => {
  const { watching, signals } = watched(() => 0)
  expect(await watching).toBe('It wrote nothing for five minutes and was ended.')
  expect(signals).toEqual([['SIGKILL', 305_000]])
})

test('one that writes is left alone until it is over', async () => {
  const { clock, over, watching, signals } = watched()
  await clock.sleep(3_600_000)
  over.abort()
  expect(await watching).toBeUndefined()
  expect(signals).toEqual([])
})

test('an interruption is passed on, and whoever is not over in time is ended', async () => {
  const { clock, interrupted, watching, signals } = watched()
  await clock.sleep(1000)
  interrupted.abort()
  expect(await watching).toBeUndefined()
  expect(signals).toEqual([
    ['SIGINT', 1000],
    ['SIGKILL', 6000],
  ])
})

test('who is over in time after an interruption is not ended', async () => {
  const { clock, interrupted, over, watching, signals } = watched()
  interrupted.abort()
  await clock.sleep(4000)
  over.abort()
  await watching
  expect(signals).toEqual([['SIGINT', 0]])
})
