import type { Verdict } from '../harness/verdict/verdict.ts'
import { type PlayedMetric, playedMetrics } from './playings.ts'
import type { RequirementRecord, RunRecord, ScenarioRecord } from './run-record.ts'

/** One metric that says something worth telling, with where it was judged. */
export interface FindingInScenario extends PlayedMetric {
  /** Absent when the metric names a requirement the catalogue does not know. */
  requirement: RequirementRecord | undefined
}

/** All metrics with that verdict, in the order in which they were judged; a metric that was played often once. */
export function findingsWith(record: RunRecord, verdict: Verdict): FindingInScenario[] {
  const requirements = new Map(record.requirements.map(requirement => [requirement.id, requirement]))
  return playedMetrics(record)
    .flatMap(({ besides, ...played }): PlayedMetric[] =>
      // An error or what is undecided counts instead of a known failure, which is a finding all the same.
      besides && played.metric.verdict !== 'fail' ? [played, { ...played, ...besides }] : [played],
    )
    .filter(({ metric }) => metric.verdict === verdict)
    .map(played => ({ ...played, requirement: requirements.get(played.metric.requirement) }))
}

/**
 * How to run only this again, as often, from where the run was started. What is judged over the whole run is judged where
 * its evidence was.
 */
export function repeatCommand(
  record: RunRecord,
  { scenario, metric }: Pick<FindingInScenario, 'scenario' | 'metric'>,
): string {
  if (record.captured) return `connreq judge ${shellWord(record.captured.file)}`
  const ids = playedFor(record, scenario, metric.evidence ?? [])
  const playings = record.scenarios.filter(({ id }) => id === ids[0]).length
  const what = `${suitesOption(record, ids)}${ids.length > 0 ? ` --only ${ids.join(' ')}` : ''}${playings > 1 ? ` --repeat ${playings}` : ''}`
  const { simulated } = record.lab
  if (!simulated) return `connreq run ${profileOf(record)}${what}`
  const options = [...simulated.faults.map(id => ` --fault ${id}`), ...simulated.variants.map(id => ` --variant ${id}`)]
  return `connreq run${record.clock === 'real' ? ' --real-time' : ''}${options.join('')}${what}`
}

/** The profile of the run directory is none to run by: its secrets are taken out. */
const profileOf = ({ profilePath }: RunRecord) => (profilePath === undefined ? 'PROFILE' : shellWord(profilePath))

/** The folders of the suites that these scenarios are from. */
function suitesOption({ scenarios, suites = [] }: RunRecord, ids: readonly string[]): string {
  const named = new Set(scenarios.flatMap(({ id, suite }) => (ids.includes(id) ? (suite ?? []) : [])))
  const folders = suites.flatMap(({ name, folder }) => (named.has(name) ? shellWord(folder) : []))
  return folders.length > 0 ? ` --suites ${[...new Set(folders)].join(' ')}` : ''
}

const mostNamed = 3

/** The scenario itself, or those in which the evidence of what no scenario was played for came up; none for outside. */
function playedFor({ scenarios }: RunRecord, scenario: ScenarioRecord, evidence: readonly number[]): string[] {
  const isPlayed = ({ steps, watches }: ScenarioRecord) => steps.length + watches.length > 0
  if (isPlayed(scenario) || scenario.id !== 'invariants') return [scenario.id]
  const holding = scenarios.filter(
    ({ id, entries }) => id !== scenario.id && evidence.some(seq => seq >= entries.from && seq <= entries.to),
  )
  return [...new Set(holding.map(({ id }) => id))].slice(0, mostNamed)
}

const shellWord = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
