import type { Milliseconds } from '../../harness/clock/clock.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import type { MetricJudges, NoteProperty } from '../../harness/scenario.ts'
import { between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { ours } from '../../harness/verdict/limit.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { type Gap, gapsOf, silencesOf } from './keep-alive-gaps.ts'
import { settingOf } from './stun-settings.ts'

export const keepaliveMetrics = {
  atMost: must('CR-UDP-20', 'The primary port is never silent for longer than STUNMaximumKeepAlivePeriod.'),
  atLeast: must('CR-UDP-21', 'Keep-alives are at least STUNMinimumKeepAlivePeriod apart.'),
  fixed: weakMust('CR-UDP-22', 'Two equal limits are the keep-alive period.'),
}

/** A stretch in which these limits hold, in seconds. */
export interface Phase {
  name: 'apart' | 'equal'
  minimum: number
  maximum: number
  /** There may be a NAT between, which may give the primary port another place. */
  natted: boolean
}

type KeepaliveJudges = MetricJudges<typeof keepaliveMetrics>

/** The name of the setting that begins a stretch. */
export const limitsOf = (name: Phase['name']) => `set the keep-alive limits: ${name}`

/** How far a gap may be off a period. */
export const toleranceOf = (seconds: number): Milliseconds => Math.max(1000, 100 * seconds)

const toleranceReason = 'as set, and 1 s or a tenth for the timers of the device'

/** CR-UDP-20, 21, 22 */
export function judgeKeepalive(timeline: Timeline, verdict: KeepaliveJudges, property: NoteProperty): void {
  for (const name of ['apart', 'equal'] as const) {
    const setting = settingOf(timeline, limitsOf(name))
    if (setting?.fault === undefined) judgePhase(timeline, name, verdict, property)
    else {
      const reason = `The device refused the keep-alive limits: ${setting.fault}`
      verdict.atMost.inconclusive(reason, { evidence: [setting.seq] })
      verdict.atLeast.inconclusive(reason, { evidence: [setting.seq] })
      if (name === 'equal') verdict.fixed.inconclusive(reason, { evidence: [setting.seq] })
    }
  }
}

function judgePhase(timeline: Timeline, name: Phase['name'], verdict: KeepaliveJudges, property: NoteProperty) {
  const begun = markNamed(timeline, name)
  const over = markNamed(timeline, `${name}-over`)
  if (!begun || !over) return
  const { minimum, maximum, natted } = begun.data as unknown as Phase
  const later = begun.data?.['status'] === 1
  const stretch = between(timeline, name, `${name}-over`)
  const gaps = gapsOf(stretch, { natted })
  const silences = silencesOf(stretch, { from: begun, to: over, natted })
  const breach = (metric: KeepaliveJudges['atMost'], finding: Parameters<typeof metric.fail>[0]) =>
    later
      ? metric.inconclusive('The device answered status 1: it takes the limits later.', finding)
      : metric.fail(finding)

  const widest = silences.reduce((a, b) => (b.ms > a.ms ? b : a))
  const most = limitOf(maximum, toleranceOf(maximum))
  const silence = { ...shown([widest]), expected: [`no gap above ${maximum} s`], limit: most, measured: widest.ms }
  const wide = silences.filter(({ ms }) => ms > most.ms)
  if (wide.length === 0) verdict.atMost.pass({ ...silence, actual: `the widest is ${formatDuration(widest.ms)}` })
  else if (isOneOfMany(wide, silences) && isSumOfTwo(widest, { minimum, maximum }))
    verdict.atMost.inconclusive(
      `One silence of ${formatDuration(widest.ms)} among others that are right: one datagram may have been lost.`,
      silence,
    )
  else breach(verdict.atMost, { ...silence, actual: `${formatDuration(widest.ms)} of silence` })

  if (gaps.length === 0) {
    const reason = 'No two keep-alives came that could be compared.'
    verdict.atLeast.inconclusive(reason, { evidence: [begun.seq] })
    if (name === 'equal') verdict.fixed.inconclusive(reason, { evidence: [begun.seq] })
    return
  }
  property(`keep-alives between ${minimum} and ${maximum} s`, rangeOf(gaps))
  const narrowest = gaps.reduce((a, b) => (b.ms < a.ms ? b : a))
  const least = limitOf(minimum, -toleranceOf(minimum))
  const gap = { ...shown([narrowest]), expected: [`no gap below ${minimum} s`], limit: least, measured: narrowest.ms }
  const narrow = gaps.filter(({ ms }) => ms < least.ms)
  if (narrow.length === 0) verdict.atLeast.pass({ ...gap, actual: `the narrowest is ${formatDuration(narrowest.ms)}` })
  else if (isOneOfMany(narrow, gaps))
    verdict.atLeast.inconclusive(
      `One gap of ${formatDuration(narrowest.ms)} among others that are right: an answer may have been lost.`,
      gap,
    )
  else breach(verdict.atLeast, { ...gap, actual: `${formatDuration(narrowest.ms)} between two keep-alives` })

  if (name !== 'equal') return
  const wrong = gaps.filter(({ ms }) => Math.abs(ms - 1000 * maximum) > toleranceOf(maximum))
  const finding = { ...shown(wrong.length > 0 ? wrong : gaps), expected: [`gaps of ${maximum} s`], limit: most }
  if (wrong.length === 0) verdict.fixed.pass({ ...finding, actual: rangeOf(gaps) })
  else if (isOneOfMany(wrong, gaps))
    verdict.fixed.inconclusive('One gap is otherwise than the others: a datagram may have been lost.', finding)
  else breach(verdict.fixed, { ...finding, actual: rangeOf(gaps) })
}

/** A device that repeats nothing loses a datagram now and then; what it does by itself it does more than once. */
const isOneOfMany = (wrong: readonly Gap[], all: readonly Gap[]) => wrong.length === 1 && all.length >= 3

const isSumOfTwo = ({ ms }: Gap, { minimum, maximum }: Pick<Phase, 'minimum' | 'maximum'>) =>
  ms >= 2 * (1000 * minimum - toleranceOf(minimum)) && ms <= 2 * (1000 * maximum + toleranceOf(maximum))

const limitOf = (seconds: number, toleranceMs: Milliseconds) => ours(seconds + toleranceMs / 1000, toleranceReason)

const shown = (gaps: readonly Gap[]) => ({ evidence: gaps.slice(0, 5).flatMap(({ evidence }) => evidence) })

function rangeOf(gaps: readonly Gap[]): string {
  const lengths = gaps.map(({ ms }) => ms).sort((a, b) => a - b)
  const [first = 0] = lengths
  const last = lengths.at(-1) ?? first
  const [from, to] = [formatDuration(first), formatDuration(last)]
  return `${gaps.length} gaps ${from === to ? `of ${from}` : `from ${from} to ${to}`}`
}
