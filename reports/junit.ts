import { visibleText } from '../harness/timeline/visible-text.ts'
import type { Verdict } from '../harness/verdict/verdict.ts'
import { measurementText } from './measurement.ts'
import { type PlayedMetric, playedMetrics, playingsText } from './playings.ts'
import { propertiesOf } from './properties.ts'
import type { RequirementRecord, RunRecord, ScenarioRecord } from './run-record.ts'

/**
 * The run as JUnit XML: a testsuite a scenario, a testcase a metric, also where it was played more than once: then the
 * first of its worst playings is told, and how often each verdict came. A warning is a passed testcase with its text in
 * `system-out`; not applicable, not asked and inconclusive are skipped with their reason.
 */
export function junitXml(record: RunRecord): string {
  const requirements = new Map(record.requirements.map(requirement => [requirement.id, requirement]))
  const all = playedMetrics(record)
  const suites = playingsByScenario(record).map(playings => {
    const played = all.filter(({ scenario }) => scenario.id === playings[0].id)
    return testsuite(playings, played, requirements)
  })
  const totals = counts(all)
  const attributes = { name: 'connreq', ...totals, time: seconds(record.durationMs), timestamp: record.startedAt }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, [properties({ sentence: record.sentence, clock: record.clock }), ...suites])}\n`
}

type Playings = [ScenarioRecord, ...ScenarioRecord[]]

function playingsByScenario({ scenarios }: RunRecord): Playings[] {
  const ids = [...new Set(scenarios.map(({ id }) => id))]
  return ids.map(id => scenarios.filter(scenario => scenario.id === id) as Playings)
}

function testsuite(
  playings: Playings,
  played: readonly PlayedMetric[],
  requirements: ReadonlyMap<string, RequirementRecord>,
): string {
  const [{ id, title }] = playings
  const time = seconds(playings.reduce((sum, { durationMs }) => sum + durationMs, 0))
  return element('testsuite', { name: id, ...counts(played), time }, [
    properties({
      title,
      ...(playings.length > 1 ? { playings: String(playings.length) } : {}),
      ...propertiesOf(playings),
    }),
    ...played.map(each => testcase(id, each, requirements.get(each.metric.requirement))),
  ])
}

function testcase(suite: string, played: PlayedMetric, requirement: RequirementRecord | undefined): string {
  const { metric, verdicts } = played
  const playings = playingsText(verdicts)
  const about = properties({
    requirement: metric.requirement,
    ...(requirement ? { clause: requirement.clause, level: requirement.level } : {}),
    verdict: metric.verdict,
    ...(playings === undefined ? {} : { playings }),
    ...(metric.evidence ? { evidence: metric.evidence.join(' ') } : {}),
  })
  return element('testcase', { classname: suite, name: metric.name, time: '0' }, [about, ...outcome(played)])
}

function outcome(played: PlayedMetric): string[] {
  const { metric } = played
  const playings = playingsText(played.verdicts)
  const seen = metric.reason ?? metric.actual ?? metric.sentence
  const message = playings === undefined ? seen : `${playings}: ${seen}`
  const details = detailLines(played).join('\n')
  switch (metric.verdict) {
    case 'pass':
      return []
    case 'warning':
      return [element('system-out', {}, [text(`Warning: ${message}\n${details}`)])]
    case 'fail':
      return [element('failure', { message, type: metric.requirement }, [text(details)])]
    case 'error':
      return [element('error', { message, type: 'harness-or-lab' }, [text(details)])]
    default:
      return [element('skipped', { message: `${metric.verdict}: ${message}` }, [])]
  }
}

function detailLines({ scenario, metric, verdicts }: PlayedMetric): string[] {
  const measurement = measurementText(metric)
  const playing = verdicts.length > 1 ? ` of repetition ${scenario.repetition}` : ''
  return [
    metric.sentence,
    ...(metric.expected ?? []).map(expected => `expected: ${expected}`),
    ...(metric.actual === undefined ? [] : [`actual: ${metric.actual}`]),
    ...(measurement === undefined ? [] : [`measured: ${measurement}`]),
    ...(metric.evidence?.length ? [`evidence: timeline entries ${metric.evidence.join(', ')}${playing}`] : []),
  ].map(visibleText)
}

function counts(played: readonly PlayedMetric[]): Record<'tests' | 'failures' | 'errors' | 'skipped', string> {
  const number = (...verdicts: Verdict[]) =>
    String(played.filter(({ metric }) => verdicts.includes(metric.verdict)).length)
  return {
    tests: String(played.length),
    failures: number('fail'),
    errors: number('error'),
    skipped: number('none', 'not-asked', 'not-applicable', 'inconclusive'),
  }
}

function properties(values: Record<string, string>): string {
  const list = Object.entries(values).map(([name, value]) => element('property', { name, value }, []))
  return element('properties', {}, list)
}

function element(name: string, attributes: Record<string, string>, children: string[]): string {
  const start = `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(visibleText(value))}"`)
    .join('')}`
  return children.length === 0 ? `${start}/>` : `${start}>${children.join('')}</${name}>`
}

const text = escaped
const seconds = (ms: number) => (ms / 1000).toFixed(3)

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
