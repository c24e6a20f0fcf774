import type { Clock, Milliseconds } from '../../harness/clock/clock.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import type { Redactor } from '../../harness/timeline/redactor.ts'
import { loadJudge } from '../run/load-judge.ts'
import { timelineNow } from '../run/timeline-now.ts'
import { changingSections, finishedSection, livePage } from './live-page.tsx'
import { openLiveServer } from './live-server.ts'
import { followRun } from './live-state.ts'
import { createSectionStore } from './section-store.ts'

/** Where the live view is unless told otherwise. */
export const defaultLivePort = 7780

/** A run that can be watched in a browser. */
export interface LiveRun extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Takes the next entry of the timeline. */
  entry(entry: Entry): void
  /** Says something besides. */
  notice(text: string): void
  /** Shows what is new: call it as often as it is convenient. */
  tick(): void
  /** Says that the run has ended, and hands the report to those who watch, where there is one. */
  end(reportPath: string | undefined): Promise<void>
}

export interface LiveRunOptions {
  clock: Clock
  /** 0 takes any free one. */
  port: number
  device: string
  /** Whether windows are counted down or time jumps. */
  clockOfRun: Clock['kind']
  repeat: number
  /** Takes out secrets that a run with --keep-secrets leaves in. */
  redactor: Redactor
  /** Hears why the view cannot go on; the run can. */
  onProblem: (problem: string) => void
  /** How long a page may take nothing before it is let go. */
  patienceMs?: Milliseconds
}

/** Drawing takes time from the process that follows the run. */
const drawnAtMostEveryMs: Milliseconds = 250
/** Drawn also where nothing happens, because what remains grows less. */
const drawnAtLeastEveryMs: Milliseconds = 1000
/** How long those who watch have to take the report. */
const patienceAtTheEndMs: Milliseconds = 1500

/**
 * Opens the live view of a run.
 * @throws UsageProblem when the port cannot be had
 */
export async function openLiveRun(options: LiveRunOptions): Promise<LiveRun> {
  const { clock, port, device, clockOfRun, repeat, redactor, onProblem, patienceMs } = options
  const follower = followRun({ device, repeat, judge: await loadJudge() })
  const { state } = follower
  const sections = createSectionStore()
  let isNew = true
  let drawnAt = Number.NEGATIVE_INFINITY
  let finishedDrawn = 0

  const now = () => timelineNow(clock, state.started, state.lastAt)
  const draw = () => {
    isNew = false
    for (const section of changingSections(state, now())) sections.put(section)
    for (; finishedDrawn < state.finished.length; finishedDrawn++)
      sections.put(finishedSection(state.finished[finishedDrawn]!))
    drawnAt = clock.now()
  }
  const drawIfDue = () => {
    const age = clock.now() - drawnAt
    if (age >= drawnAtLeastEveryMs || (isNew && age >= drawnAtMostEveryMs)) draw()
  }
  const server = await openLiveServer({
    clock,
    port,
    sections,
    now,
    refresh: drawIfDue,
    page: (parts, since) => livePage({ device, clock: clockOfRun, sections: parts, since, now: now() }),
    ...(patienceMs === undefined ? {} : { patienceMs }),
  })
  let isBroken = false
  /** A run is worth more than its view. */
  const guarded = (work: () => void) => {
    if (isBroken) return
    try {
      work()
    } catch (error) {
      isBroken = true
      server.close()
      onProblem(`The live view has ended, the run goes on: ${(error as Error).message}`)
    }
  }
  return {
    url: server.url,
    port: server.port,
    entry: added =>
      guarded(() => {
        isNew = true
        // Also where secrets are kept: what a browser shows is not for those who may read the run directory only.
        follower.entry(redactor.redact(added))
      }),
    notice: text =>
      guarded(() => {
        isNew = true
        follower.notice(text)
      }),
    tick: () =>
      guarded(() => {
        if (server.followers > 0) drawIfDue()
        server.flush()
      }),
    async end(reportPath) {
      guarded(() => {
        draw()
        server.end(reportPath)
      })
      if (isBroken) return
      const patience = new AbortController()
      await Promise.race([server.allServed, clock.sleep(patienceAtTheEndMs, patience.signal).catch(() => undefined)])
      patience.abort()
    },
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}
