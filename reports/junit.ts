import { visibleText } from '../harness/timeline/visible-text.ts'
import type { Verdict } from '../harness/verdict/verdict.ts'
import { measurementText } from './measurement.ts'
import { type PlayedMetric, playedMetrics, playingsText } from './playings.ts'
import { propertiesOf } from './properties.ts'
import { alsoSeenText, metricId } from './baseline/broken-metrics.ts'
import { markText } from './baseline/known-failures.ts'
import type { KnownMark, MetricRecord, RequirementRecord, RunRecord, ScenarioRecord } from './run-record.ts'

/**
 * The run as JUnit XML: a testsuite a scenario, a testcase a metric, also where it was played more than once: then the
 * first of its worst playings is told, and how often each verdict came. A warning is a passed testcase with its text in
 * `system-out`, and so is a known failure that did not show; not applicable, not asked, inconclusive and known failures
 * are skipped with their reason. Only what the strictest readers accept is used (see junit.xsd), so what there is to
 * say of a testcase stands in the properties of its testsuite: `onlyOne.requirement`.
 */
export function junitXml(record: RunRecord): string {
  const requirements = new Map(record.requirements.map(requirement => [requirement.id, requirement]))
  const all = playedMetrics(record)
  const about = { sentence: record.sentence, clock: record.clock, started: record.startedAt }
  const known = { requirements, surprises: unexpectedPasses(record), about }
  const suites = playingsByScenario(record).map(playings => {
    const played = all.filter(({ scenario }) => scenario.id === playings[0].id)
    return testsuite(playings, played, known)
  })
  const { tests, failures, errors } = counts(all)
  const attributes = { name: 'connreq', tests, failures, errors, time: seconds(record.durationMs) }
  if (record.verdict === 'error' && errors === '0') {
    suites.push(errorOfRun(record))
    Object.assign(attributes, { tests: String(Number(tests) + 1), errors: '1' })
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, suites)}\n`
}

/** A run that did not come to its end, or went wrong where nothing was judged, must not look right. */
function errorOfRun({ sentence }: RunRecord): string {
  const error = element('error', { message: sentence, type: 'harness-or-lab' }, [])
  const testcase = element('testcase', { classname: 'run', name: 'ended', time: '0' }, [error])
  const numbers = { tests: '1', failures: '0', errors: '1', skipped: '0' }
  return element('testsuite', { name: 'run', ...numbers, time: '0' }, [properties({ sentence }), testcase])
}

type Playings = [ScenarioRecord, ...ScenarioRecord[]]

function playingsByScenario({ scenarios }: RunRecord): Playings[] {
  const ids = [...new Set(scenarios.map(({ id }) => id))]
  return ids.map(id => scenarios.filter(scenario => scenario.id === id) as Playings)
}

function testsuite(playings: Playings, played: readonly PlayedMetric[], known: Known): string {
  const [{ id, title, suite }] = playings
  const time = seconds(playings.reduce((sum, { durationMs }) => sum + durationMs, 0))
  return element('testsuite', { name: id, ...counts(played), time }, [
    properties({
      title,
      ...(suite === undefined ? {} : { suite }),
      ...(playings.length > 1 ? { playings: String(playings.length) } : {}),
      ...known.about,
      ...propertiesOf(playings),
      ...Object.assign({}, ...played.map(each => metricProperties(each, known))),
    }),
    ...played.map(each => testcase(id, each, known)),
  ])
}

/** What is known of the metrics from elsewhere in the record. */
interface Known {
  requirements: ReadonlyMap<string, RequirementRecord>
  /** By `scenario.name`: what is said of a known failure that did not show. */
  surprises: ReadonlyMap<string, string>
  /** Properties of the whole run. */
  about: Record<string, string>
}

const knownText = (mark: KnownMark) => `${mark.until === undefined ? ':' : ''} ${markText(mark)}`

function unexpectedPasses({ baseline }: RunRecord): Map<string, string> {
  const passed = (baseline?.knownFailures ?? []).filter(({ state }) => state === 'passed')
  return new Map(passed.map(({ metric = '', text, ...mark }) => [metric, `${text} It was known${knownText(mark)}`]))
}

function metricProperties({ metric, verdicts }: PlayedMetric, { requirements }: Known): Record<string, string> {
  const requirement = requirements.get(metric.requirement)
  const playings = playingsText(verdicts)
  const facts = {
    requirement: metric.requirement,
    ...(requirement ? { clause: requirement.clause, level: requirement.level } : {}),
    verdict: metric.verdict,
    ...(playings === undefined ? {} : { playings }),
    ...(metric.evidence ? { evidence: metric.evidence.join(' ') } : {}),
    ...(metric.known ? { known: markText(metric.known) } : {}),
  }
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [`${metric.name}.${name}`, value]))
}

function testcase(suite: string, played: PlayedMetric, { surprises }: Known): string {
  const { scenario, metric } = played
  const surprise = surprises.get(metricId(scenario, metric))
  return element('testcase', { classname: suite, name: metric.name, time: '0' }, outcome(played, surprise))
}

function outcome(played: PlayedMetric, surprise: string | undefined): string[] {
  const { metric } = played
  const playings = playingsText(played.verdicts)
  const seen = metric.reason ?? metric.actual ?? metric.sentence
  const message = playings === undefined ? seen : `${playings}: ${seen}`
  const details = detailLines(played).join('\n')
  switch (metric.verdict) {
    case 'pass':
      return surprise === undefined ? [] : [element('system-out', {}, [text(visibleText(surprise))])]
    case 'warning':
      return [
        element('system-out', {}, [
          text(
            [
              `Warning: ${visibleText(message)}`,
              ...(surprise === undefined ? [] : [visibleText(surprise)]),
              details,
            ].join('\n'),
          ),
        ]),
      ]
    case 'fail':
      if (metric.known)
        return [
          element('skipped', { message: `known failure${knownText(metric.known)}` }, []),
          element('system-out', {}, [text(`${visibleText(message)}\n${details}`)]),
        ]
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
    ...(metric.alsoSeen === undefined ? [] : [`also seen: ${alsoSeenText(metric)}`]),
    ...(measurement === undefined ? [] : [`measured: ${measurement}`]),
    ...(metric.evidence?.length ? [`evidence: timeline entries ${metric.evidence.join(', ')}${playing}`] : []),
  ].map(visibleText)
}

const skipped: readonly Verdict[] = ['none', 'not-asked', 'not-applicable', 'inconclusive']

function counts(played: readonly PlayedMetric[]): Record<'tests' | 'failures' | 'errors' | 'skipped', string> {
  const number = (fits: (metric: MetricRecord) => boolean) => String(played.filter(({ metric }) => fits(metric)).length)
  return {
    tests: String(played.length),
    failures: number(({ verdict, known }) => verdict === 'fail' && !known),
    errors: number(({ verdict }) => verdict === 'error'),
    skipped: number(({ verdict, known }) => skipped.includes(verdict) || known !== undefined),
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
