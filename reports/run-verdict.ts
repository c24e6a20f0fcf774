import type { KnownFailureRecord, RunRecord, RunVerdict } from './run-record.ts'
import { type BeneathKnown, beneathKnownIn, beneathParts } from './beneath-known.ts'
import { partText } from './part-text.ts'
import { countStandings, type StandingCounts, standingsOf } from './standing.ts'

export interface Standings {
  counts: StandingCounts
  /** Requirements that a scenario could have judged but this run did not play. */
  left: number
  /** How many of the broken requirements are known failures; none unless told. */
  known?: number
  /** What else there is to these; nothing unless told. */
  beneath?: BeneathKnown
  /** Errors of ours that no requirement shows. */
  otherErrors: number
  /** No scenario that was asked for applied to the device. */
  nothingApplied?: boolean
  ended: RunRecord['ended']
  clock: RunRecord['clock']
  /** Nothing was played: it was judged what a capture happens to show. */
  captured?: boolean
  /** It is one part of several; another part may be the one in which something applies. */
  shard?: Pick<NonNullable<RunRecord['shard']>, 'index' | 'total'>
  /** A sentence for the time in which nobody watched. */
  unwatched?: string | undefined
}

/** Stands in every output of a run in virtual time. */
export const virtualTimeNotice = 'virtual time: not a conformance result'

/** What the run says, as one word and as one sentence. */
export function judgeRun(run: Standings): { verdict: RunVerdict; sentence: string } {
  const verdict = runVerdict(run)
  const notice = run.clock === 'virtual' ? ` (${virtualTimeNotice})` : ''
  const { unwatched } = run
  return { verdict, sentence: `${sentence(run, verdict)}${notice}.${unwatched === undefined ? '' : ` ${unwatched}`}` }
}

/**
 * The exit code of `run`, `judge` and `merge`: 0 every applicable MUST kept, 1 a requirement broken, 2 an error of
 * ours or a run that did not reach its end, 3 nothing broken but something undecided. Known failures do not count,
 * but what is undecided or an error of the same requirements does.
 * `strict` counts them, warnings, undecided, and known failures that expired or did not show, as 1.
 */
export function exitCodeOf(record: RunRecord, options: { strict?: boolean } = {}): 0 | 1 | 2 | 3 {
  const counts = countStandings(standingsOf(record).values())
  const known = record.requirements.filter(requirement => requirement.known).length
  const beneath = beneathKnownIn(record)
  const undecided =
    record.verdict === 'undecided' || counts.undecided + beneath.undecided > 0 || (known > 0 && playedNothing(record))
  if (counts.broken > known || (options.strict && counts.broken > 0)) return 1
  if (record.verdict === 'error' || beneath.errors > 0 || (known > 0 && record.ended.how !== 'completed')) return 2
  if (options.strict && (counts.warning > 0 || undecided || needsTidying(record.baseline?.knownFailures))) return 1
  return undecided ? 3 : 0
}

/** Whether no scenario applied: then only what holds at all times was judged, which is no scenario of the plan. */
export const playedNothing = ({ notApplicable, scenarios }: Pick<RunRecord, 'notApplicable' | 'scenarios'>) =>
  notApplicable.length > 0 && scenarios.filter(({ verdict }) => verdict !== 'not-applicable').length <= 1

/** Whether a known failure expired or passed unexpectedly, so that the profile has to be changed. */
export const needsTidying = (knownFailures: readonly KnownFailureRecord[] = []): boolean =>
  knownFailures.some(({ state }) => state === 'expired' || state === 'passed')

/** `2 requirements broken, both known` */
export function brokenText(broken: number, known: number): string {
  const count = `${requirements(broken)} broken`
  if (known === 0) return count
  if (known < broken) return `${count}, ${known} of them known`
  return `${count}, ${broken === 1 ? 'which is known' : broken === 2 ? 'both known' : 'all known'}`
}

function runVerdict(run: Standings): RunVerdict {
  const { counts, left, otherErrors, nothingApplied, ended, clock, captured, shard } = run
  if (counts.error > 0 || otherErrors > 0) return 'error'
  if (counts.broken > 0) return 'not-conformant'
  if (ended.how !== 'completed') return 'error'
  if (counts.undecided > 0 || judgedCount(counts) === 0 || (nothingApplied && !shard)) return 'undecided'
  if (clock === 'virtual') return 'kept-in-virtual-time'
  return left > 0 || captured || shard ? 'kept-in-part' : 'conformant'
}

function sentence(run: Standings, verdict: RunVerdict): string {
  const { counts } = run
  const rest = unfinishedParts(run)
  if (counts.broken > 0)
    return `NOT CONFORMANT${shown(run)}: ${[brokenText(counts.broken, run.known ?? 0), ...beneathParts(run.beneath), ...rest].join(', ')}`
  switch (verdict) {
    case 'error':
      return `NOT JUDGED${shown(run)}: ${['nothing broken', ...rest].join(', ')}`
    case 'undecided':
      return `UNDECIDED${shown(run)}: ${counts.undecided > 0 ? ['nothing broken', ...rest].join(', ') : run.nothingApplied ? 'nothing that was asked for applied to the device' : 'no requirement was judged'}`
    default:
      if (run.captured) return `KEPT${shown(run)}: ${keptParts(run).join(', ')}`
      return `${verdict === 'conformant' ? 'CONFORMANT' : 'KEPT'}${shown(run)}: every applicable MUST ${run.left > 0 ? 'that was asked ' : ''}kept (${keptParts(run).join(', ')})`
  }
}

const shown = ({ captured, shard }: Standings) =>
  captured ? ' as far as the capture shows' : shard ? ` in ${partText(shard)}` : ''

function unfinishedParts({ counts, otherErrors, ended }: Standings): string[] {
  const parts: string[] = []
  if (counts.undecided > 0) parts.push(`${counts.undecided} could not be decided`)
  if (counts.error > 0) parts.push(`${counts.error} not judged because of an error of the harness or the lab`)
  else if (otherErrors > 0) parts.push(`${plural(otherErrors, 'error')} of the harness or the lab`)
  if (ended.how !== 'completed') parts.push(`the run ${endings[ended.how]}`)
  return parts
}

const endings = {
  interrupted: 'was interrupted',
  'broken-off': 'was broken off',
  killed: 'was killed before its end',
}

function keptParts({ counts, left }: Standings): string[] {
  const parts = [`${requirements(judgedCount(counts))} judged`, plural(counts.warning, 'warning')]
  const untested = counts.untested - left
  return [
    ...parts,
    ...(left > 0 ? [`${left} not part of this run`] : []),
    ...(untested > 0 ? [`${untested} not tested by this version`] : []),
  ]
}

const judgedCount = (counts: StandingCounts) => counts.kept + counts.warning + counts.broken
const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
const requirements = (count: number) => plural(count, 'requirement')
