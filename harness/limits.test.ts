import { describe, expect, test } from 'vitest'
import type { DeviceFacts } from './device/facts.ts'
import { parseProfile } from './device/read-profile.ts'
import { chosen, sessionWait, standard } from './limits.ts'

function factsWith(ms: number): DeviceFacts {
  const timing: DeviceFacts['timing'] = {
    ...{ idleMs: ms, watchMs: ms, graceMs: ms, bootMs: ms, xmppConnectMs: ms, stunBindingMs: ms, rateLimitMs: ms },
  }
  return { timing, udp: { state: 'bound', detail: '', keepAliveSeconds: ms / 1000 } } as DeviceFacts
}

describe('limits of the standard', () => {
  test.each(Object.entries(standard))('%s is 30 s and cites its clause', (_, limit) => {
    expect(limit).toMatchObject({ ms: 30_000, source: 'spec' })
    expect(limit.why).toMatch(/^TR-069 \d+(\.\d+)+: /)
  })

  test.each(Object.keys(standard))('%s is no setting of a profile', name => {
    expect(() => parseProfile(`timing: { ${name}: 60s }`, 'lab.yaml')).toThrow(`unknown key timing.${name}`)
  })
})

describe('limits that we chose', () => {
  const all = Object.entries(chosen).map(([name, limit]) => ({
    name,
    limitOf: (facts: DeviceFacts) => (typeof limit === 'function' ? limit(facts) : limit),
  }))

  test.each(all)('$name says that it is ours and why', ({ limitOf }) => {
    const { source, why, ms } = limitOf(factsWith(1000))
    expect(source).toBe('ours')
    expect(why.length).toBeGreaterThan(20)
    expect(ms).toBeGreaterThan(0)
  })

  test.each(['grace', 'watch', 'idle', 'xmppConnect', 'stunBinding', 'rateLimit'] as const)(
    '%s follows the profile, and names its setting',
    name => {
      expect(chosen[name](factsWith(1234)).ms).toBe(1234)
      expect(chosen[name](factsWith(1234)).why).toContain(`(timing.${name})`)
    },
  )
})

test('a Binding Request is waited for past the keep-alive period of the device, or past any that it may have kept', () => {
  expect(chosen.nextBindingRequest(factsWith(15_000)).ms).toBe(25_000)
  const { keepAliveSeconds: _, ...udp } = factsWith(15_000).udp
  expect(chosen.nextBindingRequest({ ...factsWith(15_000), udp }).ms).toBeGreaterThanOrEqual(300_000)
})

test('a session is waited for past the limit, so that late differs from never', () => {
  expect(sessionWait(factsWith(15_000))).toBe(45_000)
})
