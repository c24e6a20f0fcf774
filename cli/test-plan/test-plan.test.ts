import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { Scenario } from '../../harness/scenario.ts'
import { catalogue } from '../../suites/catalogue/catalogue.ts'
import { invariants, scenarios } from '../../suites/scenarios.ts'
import { packageRoot } from '../package-root.ts'
import { type PlayedSuite, playWholeSuite } from './played-suite.ts'
import { prerequisites, prerequisitesOf } from './prerequisites.ts'
import { buildTestPlan, type TestCase, type TestGroup } from './test-plan.ts'
import { testPlanText } from './test-plan-text.ts'

let played: PlayedSuite
let groups: TestGroup[]
let text: string
let cases: Map<string, TestCase>

beforeAll(async () => {
  played = await playWholeSuite()
  groups = buildTestPlan(played)
  text = testPlanText(groups)
  cases = new Map(groups.flatMap(group => group.cases.map(each => [each.scenario.id, each] as const)))
}, 60_000)

test('docs/test-plan.md says what the scenarios and the catalogue say; npm run test-plan writes it anew', () => {
  expect(readFileSync(join(packageRoot, 'docs', 'test-plan.md'), 'utf8')).toBe(text)
})

test('every scenario has one test case, with a procedure', () => {
  expect([...cases.keys()].sort()).toEqual([...scenarios, invariants].map(({ id }) => id).sort())
  expect(groups.flatMap(group => group.cases)).toHaveLength(cases.size)
  for (const { id } of scenarios) expect(cases.get(id)?.procedure, id).not.toEqual([])
})

test('every link has its place, and every place is there once', () => {
  const ids = [...text.matchAll(/<a id="([^"]*)">/g)].map(([, id]) => id!)
  expect(new Set(ids).size).toBe(ids.length)
  const missing = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, id]) => id!).filter(id => !ids.includes(id))
  expect(missing.filter(id => id !== 'requirements')).toEqual([])
  for (const { id } of catalogue) expect(ids).toContain(id)
})

test('every metric is in the table of its test case, and every table is straight', () => {
  const rows = text.split('\n').filter(line => line.startsWith('| `'))
  const metrics = [...scenarios, invariants].flatMap(scenario => Object.keys(scenario.metrics))
  expect(rows).toHaveLength(metrics.length)
  const widths = text.split('\n').flatMap(line => (line.startsWith('|') ? line.split(/(?<!\\)\|/).length : []))
  expect(new Set(widths)).toEqual(new Set([9]))
})

test('nothing in it comes from this machine or this moment', () => {
  const { facts } = played
  for (const own of [facts.connectionRequestUrl, facts.deviceId.serialNumber, facts.xmpp.jid, facts.secondAddress])
    expect(text).not.toContain(own)
  expect(text).not.toMatch(/127\.0\.0\.|\b\d+\.\d{2,} s\b|undefined|NaN|\[object/)
})

describe('the functionality tag', () => {
  test.each<[string, TestCase['tag']]>([
    ['http-duplicates', { word: 'Mandatory', conditions: [] }],
    ['xmpp-request', { word: 'Conditional Mandatory', conditions: ['supports Connection Requests by XMPP'] }],
    ['udp-request', { word: 'Conditional Mandatory', conditions: ['supports Connection Requests by UDP'] }],
    [
      'http-disabled',
      { word: 'Conditional Mandatory', conditions: ['lets `ManagementServer.HTTPConnectionRequestEnable` be set'] },
    ],
    [
      'session-reboot',
      {
        word: 'Conditional Mandatory',
        conditions: ['supports the RPC ScheduleInform', 'the lab can reboot the device'],
      },
    ],
    [
      'udp-clock',
      {
        word: 'Conditional Recommended',
        conditions: ['supports Connection Requests by UDP', 'the lab can reboot the device'],
      },
    ],
  ])('of %s', (id, tag) => {
    expect(cases.get(id)?.tag).toEqual(tag)
  })
})

describe('the setup', () => {
  test.each<[string, string[]]>([
    ['http-url', []],
    ['http-request', ['no-nat']],
    ['http-duplicates', ['http-credentials', 'http-session']],
    ['xmpp-request', ['xmpp-stream']],
    ['udp-stun-off', ['http-or-xmpp-session', 'binding']],
    ['xmpp-allowed-jids', ['http-or-xmpp-session', 'xmpp-stream', 'Device.ManagementServer.ConnReqAllowedJabberIDs']],
  ])('of %s', (id, ids) => {
    const texts = prerequisites(played.facts).filter(({ id }) => ids.includes(id))
    expect(cases.get(id)?.setup).toEqual(texts.map(each => each.text))
    expect(texts).toHaveLength(ids.length)
  })

  test('what goes without saying elsewhere is needed there too', () => {
    for (const scenario of scenarios) {
      const needed = prerequisitesOf(scenario, played.facts)
      const ids = needed.map(({ id }) => id)
      for (const { implies = [] } of needed) expect(ids, scenario.id).toEqual(expect.arrayContaining([...implies]))
    }
  })

  test('there are words for every fact that a scenario looks at', () => {
    const { facts } = played
    const known = new Set(prerequisites(facts).flatMap(({ without }) => changedPaths(facts, without(facts))))
    // Which of two ways HTTP is tried, and words for people: no needs of their own.
    for (const path of ['firstAnswer.status', 'reachability.detail', 'root']) known.add(path)
    for (const scenario of scenarios)
      expect(
        readPaths(scenario, facts).filter(path => !known.has(path)),
        scenario.id,
      ).toEqual([])
  })
})

/** The facts, one or two levels deep, that the scenario reads to see whether it applies. */
function readPaths(scenario: Scenario, facts: DeviceFacts): string[] {
  const paths = new Set<string>()
  const watched = <T extends object>(value: T, before: string): T =>
    new Proxy(value, {
      get(target, name) {
        const inner = Reflect.get(target, name) as unknown
        const path = `${before}${String(name)}`
        if (before === '' && typeof inner === 'object' && inner !== null && !Array.isArray(inner))
          return watched(inner, `${path}.`)
        paths.add(path)
        return inner
      },
    })
  expect(scenario.applies(watched(facts, '')).applies).toBe(true)
  return [...paths]
}

function changedPaths(before: DeviceFacts, after: DeviceFacts): string[] {
  const flat = (facts: DeviceFacts) =>
    new Map(
      Object.entries(facts).flatMap(([name, value]: [string, unknown]) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.entries(value).map(([inner, deep]) => [`${name}.${inner}`, JSON.stringify(deep)] as const)
          : [[name, JSON.stringify(value)] as const],
      ),
    )
  const [one, other] = [flat(before), flat(after)]
  return [...new Set([...one.keys(), ...other.keys()])].filter(path => one.get(path) !== other.get(path))
}
