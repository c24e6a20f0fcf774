import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { Scenario } from '../../harness/scenario.ts'
import { requirement } from '../../suites/catalogue/catalogue.ts'
import { httpScenarios, invariants, udpScenarios, xmppScenarios } from '../../suites/scenarios.ts'
import type { Action } from './actions.ts'
import type { PlayedSuite } from './played-suite.ts'
import { type Prerequisite, prerequisitesOf } from './prerequisites.ts'

/** Test cases with something in common, for the table of contents. */
export interface TestGroup {
  title: string
  cases: TestCase[]
}

/** For whom a test case is meant. */
export interface FunctionalityTag {
  word: 'Mandatory' | 'Conditional Mandatory' | 'Recommended' | 'Conditional Recommended'
  /** What a device or a lab must have for it; empty unless it is conditional. */
  conditions: string[]
}

/** One scenario as a test plan tells it. */
export interface TestCase {
  scenario: Scenario
  tag: FunctionalityTag
  /** What must be so for it to be played. */
  setup: string[]
  /** What is done, in order; nothing where it judges the whole run. */
  procedure: Action[]
}

/** The plan of all scenarios by transport, in the order in which they are played. */
export function buildTestPlan({ facts, procedures }: PlayedSuite): TestGroup[] {
  const group = (title: string, scenarios: readonly Scenario[]) => ({
    title,
    cases: scenarios.map(scenario => testCase(scenario, facts, procedures.get(scenario.id) ?? [])),
  })
  const isByHttp = ({ id }: Scenario) => id.startsWith('http-')
  return [
    group('Connection Requests by HTTP', httpScenarios.filter(isByHttp)),
    group(
      'Sessions, events and notifications',
      httpScenarios.filter(scenario => !isByHttp(scenario)),
    ),
    group('Connection Requests by XMPP (Annex K)', xmppScenarios),
    group('Connection Requests by UDP (Annex G)', udpScenarios),
    group('At all times', [invariants]),
  ]
}

function testCase(scenario: Scenario, facts: DeviceFacts, procedure: Action[]): TestCase {
  const needed = prerequisitesOf(scenario, facts)
  const implied = new Set(needed.flatMap(({ implies = [] }) => implies))
  const { long } = scenario
  return {
    scenario,
    tag: functionalityTag(scenario, needed),
    setup: [
      ...needed.filter(({ id }) => !implied.has(id)).map(({ text }) => text),
      ...(long ? [`It is asked for with \`--include long\` or \`--only ${scenario.id}\`. ${long.why}`] : []),
    ],
    procedure,
  }
}

/** Mandatory where a metric judges a MUST, conditional where not every device and lab has what it needs. */
function functionalityTag({ metrics }: Scenario, needed: readonly Prerequisite[]): FunctionalityTag {
  const isMandatory = Object.values(metrics).some(metric => requirement(metric.requirement).level.startsWith('MUST'))
  const word = isMandatory ? 'Mandatory' : 'Recommended'
  const conditions = needed.flatMap(({ condition }) => condition ?? [])
  return { word: conditions.length === 0 ? word : `Conditional ${word}`, conditions }
}
