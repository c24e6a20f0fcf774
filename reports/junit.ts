import { visibleText } from '../harness/timeline/visible-text.ts'
import type { MetricOutcome } from '../harness/verdict/metric.ts'
import { measurementText } from './measurement.ts'
import type { RequirementRecord, RunRecord, ScenarioRecord } from './run-record.ts'

/**
 * The run as JUnit XML: a testsuite a scenario, a testcase a metric. A warning is a passed testcase with its text in
 * `system-out`; not applicable, not asked and inconclusive are skipped with their reason.
 */
export function junitXml(record: RunRecord): string {
  const requirements = new Map(record.requirements.map(requirement => [requirement.id, requirement]))
  const suites = record.scenarios.map(scenario => testsuite(scenario, requirements))
  const totals = counts(record.scenarios.flatMap(scenario => scenario.metrics))
  const attributes = { name: 'connreq', ...totals, time: seconds(record.durationMs), timestamp: record.startedAt }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, [properties({ sentence: record.sentence, clock: record.clock }), ...suites])}\n`
}

function testsuite(scenario: ScenarioRecord, requirements: ReadonlyMap<string, RequirementRecord>): string {
  const name = scenario.repetition > 1 ? `${scenario.id} (repetition ${scenario.repetition})` : scenario.id
  const cases = scenario.metrics.map(metric => testcase(name, metric, requirements.get(metric.requirement)))
  return element('testsuite', { name, ...counts(scenario.metrics), time: seconds(scenario.durationMs) }, [
    properties({ title: scenario.title, ...scenario.properties }),
    ...cases,
  ])
}

function testcase(suite: string, metric: MetricOutcome, requirement: RequirementRecord | undefined): string {
  const about = properties({
    requirement: metric.requirement,
    ...(requirement ? { clause: requirement.clause, level: requirement.level } : {}),
    verdict: metric.verdict,
    ...(metric.evidence ? { evidence: metric.evidence.join(' ') } : {}),
  })
  return element('testcase', { classname: suite, name: metric.name, time: '0' }, [about, ...outcome(metric)])
}

function outcome(metric: MetricOutcome): string[] {
  const message = metric.reason ?? metric.actual ?? metric.sentence
  const details = detailLines(metric).join('\n')
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

function detailLines(metric: MetricOutcome): string[] {
  const measurement = measurementText(metric)
  return [
    metric.sentence,
    ...(metric.expected ?? []).map(expected => `expected: ${expected}`),
    ...(metric.actual === undefined ? [] : [`actual: ${metric.actual}`]),
    ...(measurement === undefined ? [] : [`measured: ${measurement}`]),
    ...(metric.evidence?.length ? [`evidence: timeline entries ${metric.evidence.join(', ')}`] : []),
  ].map(visibleText)
}

function counts(metrics: readonly MetricOutcome[]): Record<'tests' | 'failures' | 'errors' | 'skipped', string> {
  const number = (...verdicts: MetricOutcome['verdict'][]) =>
    String(metrics.filter(({ verdict }) => verdicts.includes(verdict)).length)
  return {
    tests: String(metrics.length),
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
