import { closeSync, openSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { scenarios } from '../../suites/scenarios.ts'
import { judgePhase } from './describe-phase.ts'
import { conformingDevice, devicesToSoak, type SoakedDevice } from './devices.ts'
import { growthIn } from './growth.ts'
import { soakInVirtualTime } from './virtual-phase.ts'

const timeoutMs = 120_000
const rounds = 6
const suite = scenarios.filter(({ id }) => id === 'http-challenge')
const device: SoakedDevice = { ...conformingDevice, transports: ['http'], suite }
const devices = Array.from({ length: rounds }, () => device)

const kept: unknown[] = []
const opened: number[] = []
afterEach(() => {
  kept.length = 0
  for (const descriptor of opened.splice(0)) closeSync(descriptor)
})

/** A soak so short that memory still grows by what is compiled: of a leak in the heap only the size is asked. */
const shortSoak = (afterDevice?: Parameters<typeof soakInVirtualTime>[0]['afterDevice']) =>
  soakInVirtualTime({ scenarioRuns: rounds, devices, ...(afterDevice === undefined ? {} : { afterDevice }) })

describe.skipIf(process.platform !== 'linux')('a short soak', { timeout: timeoutMs }, () => {
  test('finds no descriptor, resource or timer that stays', async () => {
    const phase = await shortSoak()
    expect(phase.samples).toHaveLength(rounds)
    expect(phase.surprises).toEqual([])
    for (const { measure, slope, exceeded } of growthIn(phase.samples, phase.bounds))
      if (measure !== 'heap' && measure !== 'rss')
        expect({ measure, slope, exceeded }).toMatchObject({ measure, exceeded: false })
  })

  test('finds what is left open, waits and is kept on purpose', async () => {
    const phase = await shortSoak(clock => {
      opened.push(openSync('/dev/null', 'r'))
      void clock.sleep(3_600_000, new AbortController().signal)
      kept.push(Array.from({ length: 1_000_000 }, (_, index) => index + 0.5))
    })
    const growth = Object.fromEntries(growthIn(phase.samples, phase.bounds).map(each => [each.measure, each]))
    expect(growth['descriptors']).toMatchObject({ slope: expect.closeTo(1, 1), exceeded: true })
    expect(growth['timers']).toMatchObject({ slope: expect.closeTo(1, 1), exceeded: true })
    expect(growth['heap']?.slope).toBeGreaterThan(7e6)
    const { ok, text } = judgePhase(phase)
    expect(ok).toBe(false)
    expect(text).toMatch(/file descriptors .*GROWS/)
  })
})

test('the devices of a soak are conforming, over TLS, and ever other faults and variants of all transports', () => {
  const devicesInTurn: SoakedDevice[] = []
  for (const each of devicesToSoak()) if (devicesInTurn.push(each) === 60) break
  expect(devicesInTurn.filter(({ faults, variants }) => faults.length + variants.length === 0)).toHaveLength(20)
  expect(new Set(devicesInTurn.flatMap(({ faults }) => faults)).size).toBe(30)
  expect(new Set(devicesInTurn.flatMap(({ variants }) => variants)).size).toBe(10)
  expect(new Set(devicesInTurn.map(({ transports }) => transports.join()))).toHaveLength(4)
})
