import type { Milliseconds } from '../../harness/clock/clock.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { ScenarioOutcome } from '../../harness/scenario.ts'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { waivedAuthentication } from '../../reports/remarks.ts'
import { createDeviceNotices } from '../../reports/terminal/device-notices.ts'
import { beforeTheRun, follow, type ProgressState } from '../../reports/terminal/progress-state.ts'
import type { ScenarioJudge } from '../run/load-judge.ts'
import { certificateAuthorityLine, probeLines, stunServerLines, xmppServerLines } from '../run/plan-lines.ts'

/** A scenario that was played to its end. */
export interface FinishedScenario {
  outcome: ScenarioOutcome
  durationMs: Milliseconds
}

/** What the entries of a run tell until now. */
export interface LiveState {
  /** The run's device as people call it. */
  device: string
  /** How often each scenario is played. */
  repeat: number
  progress: ProgressState
  started?: EntryOf<'run-started'>
  ended?: EntryOf<'run-ended'>
  /** The time of the last entry. */
  lastAt: Milliseconds
  /** The scenario that is being played or was played last, with its entries. */
  scenario?: {
    begun: EntryOf<'scenario-begun'>
    entries: Entry[]
    over: boolean
    /** What shows that something is broken, once it is judged. */
    guilty: ReadonlySet<number>
  }
  finished: FinishedScenario[]
  /** What is to be known besides, the latest last. */
  notices: string[]
}

export interface LiveFollower {
  readonly state: LiveState
  /** Takes the next entry of the timeline into account. */
  entry(entry: Entry): void
  /** Says something besides. */
  notice(text: string): void
}

const mostNotices = 30

/** Follows a run by the entries of its timeline. Every scenario is judged as soon as it is over. */
export function followRun(options: { device: string; repeat: number; judge: ScenarioJudge }): LiveFollower {
  const { device, repeat, judge } = options
  const state: LiveState = { device, repeat, progress: beforeTheRun(), lastAt: 0, finished: [], notices: [] }
  const deviceNotice = createDeviceNotices()
  const notice = (lines: readonly (string | undefined)[]) => {
    const said = lines.filter(line => line !== undefined && !state.notices.includes(line)) as string[]
    state.notices = [...state.notices, ...said].slice(-mostNotices)
  }
  const takeScenario = (entry: Entry) => {
    if (entry.type === 'scenario-begun') state.scenario = { begun: entry, entries: [], over: false, guilty: new Set() }
    const { scenario } = state
    if (!scenario || scenario.over) return
    scenario.entries.push(entry)
    if (entry.type !== 'scenario-ended') return
    scenario.over = true
    const outcome = judge(entry.scenario, scenario.entries)
    if (!outcome) return
    const failed = outcome.metrics.filter(({ verdict }) => verdict === 'fail')
    scenario.guilty = new Set(failed.flatMap(({ evidence }) => evidence ?? []))
    state.finished.push({ outcome, durationMs: entry.at - scenario.begun.at })
  }
  return {
    state,
    notice: text => notice([text]),
    entry(entry) {
      state.lastAt = entry.at
      follow(state.progress, entry)
      takeScenario(entry)
      if (entry.type === 'run-started') state.started = entry
      if (entry.type === 'run-ended') state.ended = entry
      notice(state.started?.simulated ? [deviceNotice(entry)] : [...noticesOf(entry), deviceNotice(entry)])
    },
  }
}

/** What a person needs to know to bring a device and the harness together. */
function noticesOf(entry: Entry): string[] {
  switch (entry.type) {
    case 'acs-listening':
      return [`ACS: point the device at ${entry.url}`]
    case 'mark':
      return [
        ...certificateAuthorityLine(entry),
        ...xmppServerLines(entry),
        ...stunServerLines(entry),
        ...[waivedAuthentication(entry) ?? []].flat(),
      ]
    case 'probed':
      return hasFacts(entry.probe) ? probeLines(entry) : []
    case 'harness-error':
      return [`Error of ours: ${entry.message}`]
    default:
      return []
  }
}

const hasFacts = (probe: unknown): probe is DeviceFacts =>
  probe !== null && typeof probe === 'object' && 'deviceId' in probe && 'reachability' in probe
