import { describe, expect, test } from 'vitest'
import { isFirstSinceSuspension, suspensionDuring, transportsOf, unseenSince } from './suspension.ts'
import type { Entry } from './timeline/entry.ts'
import { must } from './verdict/metric.ts'

const scenarioOf = (id: string, ...requirements: string[]) => ({
  id,
  metrics: Object.fromEntries(
    requirements.map((requirement, index) => [`m${index}`, must(requirement, 'It is kept.')]),
  ),
})

/** Entries of a run at 100, 200, … ms; only what a judge of suspensions looks at. */
const run = (...entries: object[]) =>
  entries.map((entry, index) => ({ seq: index + 1, at: (index + 1) * 100, ...entry }) as Entry)
const session = { type: 'session-ended', session: 1, how: 'completed' }
const stanza = { type: 'xmpp-received', jid: 'cpe@example/1' }
const binding = { type: 'stun-received', ofDeviceUnderTest: true }
const pause = (ms: number, how = 'process') => ({ type: 'suspended', from: 350, to: 400, ms, how })
const begun = { type: 'scenario-begun' }
const ended = { type: 'scenario-ended' }
const before = [session, stanza, binding]

const touched = (scenario: ReturnType<typeof scenarioOf>, ...after: object[]) => {
  const entries = run(...before, pause(6000), ...after)
  const begin = entries.findIndex(({ type }) => type === 'scenario-begun')
  return suspensionDuring(scenario, entries.slice(begin), entries) !== undefined
}

describe('after a long suspension a scenario is touched until the device was seen again', () => {
  const http = scenarioOf('http-sample', 'CR-GEN-01', 'CW-INF-01')

  test('in a session, whatever it is about', () => {
    expect(touched(http, begun, ended)).toBe(true)
    expect(touched(http, binding, stanza, begun, ended)).toBe(true)
    expect(touched(http, session, begun, ended)).toBe(false)
  })

  test('on the transports that it is about', () => {
    for (const xmpp of [scenarioOf('xmpp-sample', 'CR-GEN-01'), scenarioOf('sample', 'CR-GEN-01', 'CR-XMPP-01')]) {
      expect(touched(xmpp, session, binding, begun, ended)).toBe(true)
      expect(touched(xmpp, session, stanza, begun, ended)).toBe(false)
    }
    expect(touched(scenarioOf('udp-sample', 'CR-GEN-01'), session, stanza, begun, ended)).toBe(true)
    expect(touched(scenarioOf('udp-sample', 'CR-GEN-01'), session, binding, begun, ended)).toBe(false)
  })

  test('on those by which it asked', () => {
    expect(touched(http, session, begun, { type: 'xmpp-cr-sent' }, ended)).toBe(true)
    expect(touched(http, session, begun, { type: 'udp-cr-sent' }, ended)).toBe(true)
  })

  test('on all where it is of another suite', () => {
    expect(transportsOf(scenarioOf('acme', 'ACME-01'))).toEqual(['session', 'xmpp', 'stun'])
    expect(touched(scenarioOf('acme', 'ACME-01'), session, stanza, begun, ended)).toBe(true)
  })

  test('and what another device does is no sign', () => {
    const theirs = { type: 'session-opened', session: 7, connection: 1, ofDeviceUnderTest: false }
    expect(touched(http, theirs, { ...session, session: 7 }, begun, ended)).toBe(true)
    expect(touched(scenarioOf('udp-x'), session, { ...binding, ofDeviceUnderTest: false }, begun, ended)).toBe(true)
  })
})

test('what we were busy for is an error of ours only in the scenario in which we were', () => {
  const http = scenarioOf('http-sample', 'CR-GEN-01')
  const inside = run(begun, ...before.slice(1), pause(6000, 'busy'), ended)
  expect(suspensionDuring(http, inside, inside)?.ours).toBe(true)
  const after = run(...before, pause(6000, 'busy'), begun, ended)
  expect(suspensionDuring(http, after.slice(4), after)?.ours).toBe(false)
})

test('what is to be asked is where the device was not seen since the last long suspension', () => {
  expect(unseenSince(['session'], run(...before))).toBeUndefined()
  expect(unseenSince(['session'], run(...before, pause(3000)))).toBeUndefined()
  const found = unseenSince(['session', 'xmpp'], run(...before, pause(6000), stanza))
  expect(found).toMatchObject({ suspension: { seq: 4 }, unseen: ['session'] })
})

test('the first scenario to end since a suspension is told from the next', () => {
  expect(isFirstSinceSuspension(run(begun, ended, begun))).toBe(false)
  expect(isFirstSinceSuspension(run(begun, pause(3000)))).toBe(true)
  expect(isFirstSinceSuspension(run(begun, pause(3000), ended, begun))).toBe(false)
})
