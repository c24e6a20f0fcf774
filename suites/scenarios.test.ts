import { describe, expect, test } from 'vitest'
import type { Requirement, Severity } from '../harness/verdict/requirement.ts'
import { catalogue, requirement } from './catalogue/catalogue.ts'
import { invariants, scenarios, selectScenarios } from './scenarios.ts'

const all = [...scenarios, invariants]
const metrics = all.flatMap(({ id, metrics }) =>
  Object.entries(metrics).map(([name, metric]) => ({ where: `${id} ${name}`, ...metric })),
)
const judgedIds = new Set(metrics.map(metric => metric.requirement))

/** How hard a metric may be, by the catalogue: a MUST fails the device only where its basis is firm. */
function severityOf({ level, warningAtMost }: Requirement): Severity {
  if (!level.startsWith('MUST')) return 'should'
  return warningAtMost === undefined ? 'must' : 'weak-must'
}

describe('metrics', () => {
  test.each(metrics)('$where judges a requirement of the catalogue as hard as that allows', metric => {
    expect(metric.severity).toBe(severityOf(requirement(metric.requirement)))
  })

  test.each(metrics)('$where is one sentence', ({ sentence }) => {
    expect(sentence).toMatch(/^["A-Z0-9].{10,}[^.]\.$/)
  })
})

describe('requirements', () => {
  const untested = catalogue.filter(row => row.untested !== undefined).map(({ id }) => id)
  const tested = catalogue.filter(row => row.untested === undefined).map(({ id }) => id)

  test('that are not called untested are judged by a metric', () => {
    expect(tested.filter(id => !judgedIds.has(id))).toEqual([])
  })

  test('that are called untested are judged by none', () => {
    expect(untested.filter(id => judgedIds.has(id))).toEqual([])
  })
})

describe('scenarios', () => {
  test('have ids of their own', () => {
    const ids = all.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)])
  })

  test.each(all)('$id is named and described', ({ id, title, purpose, metrics }) => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(title).toMatch(/^["A-Z0-9].*[^.]$/)
    expect(purpose).toMatch(/^["A-Z0-9].*[^.]\.$/s)
    expect(Object.keys(metrics)).not.toEqual([])
  })

  test('have titles of their own', () => {
    const titles = all.map(({ title }) => title)
    expect(titles).toEqual([...new Set(titles)])
  })
})

describe('a selection', () => {
  test('of nothing is everything but what is long, in order', () => {
    const { played, leftOut } = selectScenarios([], [])
    expect(played).toEqual(scenarios.filter(({ long }) => long === undefined))
    expect(leftOut).toEqual(scenarios.filter(({ long }) => long !== undefined))
    expect(leftOut.map(({ id }) => id)).toEqual(['udp-timeout-discovery'])
  })

  test('with what is long is everything', () => {
    expect(selectScenarios([], ['long'])).toEqual({ played: scenarios, leftOut: [] })
  })

  test.each(scenarios)('by the id $id is that scenario', scenario => {
    expect(selectScenarios([scenario.id], [])).toEqual({ played: [scenario], leftOut: [] })
  })

  test('by a requirement is every scenario that judges it', () => {
    const { played: selected } = selectScenarios(['CR-GEN-08'], [])
    expect(selected).not.toEqual([])
    for (const scenario of scenarios)
      expect(selected.includes(scenario)).toBe(
        Object.values(scenario.metrics).some(metric => metric.requirement === 'CR-GEN-08'),
      )
  })

  test.each(['http', 'udp', 'xmpp', 'session'])(
    'by %s is every scenario whose id begins so, the long ones apart',
    kind => {
      const ofKind = scenarios.filter(({ id }) => id.startsWith(`${kind}-`))
      expect(ofKind.length).toBeGreaterThan(5)
      const { played, leftOut } = selectScenarios([kind], [])
      expect(played).toEqual(ofKind.filter(({ long }) => long === undefined))
      expect(leftOut).toEqual(ofKind.filter(({ long }) => long !== undefined))
      expect(selectScenarios([kind], ['long'])).toEqual({ played: ofKind, leftOut: [] })
    },
  )

  test('by a kind and a long scenario of it plays that, too', () => {
    expect(selectScenarios(['udp', 'udp-timeout-discovery'], []).leftOut).toEqual([])
  })

  test('by what nobody knows is empty', () => {
    expect(selectScenarios(['no-such-scenario'], [])).toEqual({ played: [], leftOut: [] })
  })
})
