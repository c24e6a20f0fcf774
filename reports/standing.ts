import type { Verdict } from '../harness/verdict/verdict.ts'
import type { RequirementRecord, RunRecord } from './run-record.ts'

/**
 * Where a requirement stands for the reader. It is the verdict in the reader's words, with one difference: a
 * requirement that was broken in one scenario and hit an error of ours in another stays `broken`, because the
 * evidence of the breach does not go away.
 */
export const standings = [
  'broken',
  'error',
  'undecided',
  'warning',
  'kept',
  'not-asked',
  'not-applicable',
  'untested',
] as const
export type Standing = (typeof standings)[number]

/** The word for people. */
export const standingWords: Record<Standing, string> = {
  broken: 'broken',
  error: 'error of ours',
  undecided: 'undecided',
  warning: 'warning',
  kept: 'kept',
  'not-asked': 'not asked',
  'not-applicable': 'not applicable',
  untested: 'untested',
}

/** What each word means, in a sentence. */
export const standingMeanings: Record<Standing, string> = {
  broken: 'The device did what the standard forbids or did not do what it demands, and the cited evidence shows it.',
  error: 'The harness or the lab failed, so nothing is said about the device.',
  undecided: 'The conditions for judging did not arise; the reason says what was missing.',
  warning: 'A recommendation was not kept, or a rule whose normative text was not at hand.',
  kept: 'Looked at, and the device did what the standard demands or allows.',
  'not-asked':
    'The standard leaves a choice, and the device took the other branch; or a capture holds no occasion to judge it.',
  'not-applicable': 'The device does not claim the feature; the reason says what would change that.',
  untested: 'No scenario of this run judged it; the reason says why.',
}

const standingOfVerdict: Record<Verdict, Standing> = {
  none: 'untested',
  'not-asked': 'not-asked',
  'not-applicable': 'not-applicable',
  pass: 'kept',
  warning: 'warning',
  inconclusive: 'undecided',
  fail: 'broken',
  error: 'error',
}

/** The standing of one verdict, for a single metric or scenario. */
export const standingFor = (verdict: Verdict): Standing => standingOfVerdict[verdict]

/** The standing of every requirement by its id, in the record's order. */
export function standingsOf(record: Pick<RunRecord, 'requirements' | 'scenarios'>): Map<string, Standing> {
  const broken = new Set(
    record.scenarios.flatMap(({ metrics }) =>
      metrics.filter(metric => metric.verdict === 'fail').map(metric => metric.requirement),
    ),
  )
  const standing = ({ id, verdict }: RequirementRecord) => (broken.has(id) ? 'broken' : standingFor(verdict))
  return new Map(record.requirements.map(requirement => [requirement.id, standing(requirement)]))
}

export type StandingCounts = Record<Standing, number>

/** How many requirements stand where; zero where none does. */
export function countStandings(all: Iterable<Standing>): StandingCounts {
  const counts = Object.fromEntries(standings.map(standing => [standing, 0])) as StandingCounts
  for (const standing of all) counts[standing] += 1
  return counts
}
