import type { Clock } from '../../harness/clock/clock.ts'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { wantsColor } from '../../reports/terminal/palette.ts'
import { createProgress } from '../../reports/terminal/progress.ts'
import { loadJudge, type ScenarioJudge } from './load-judge.ts'
import { certificateAuthorityLine, planLines, probeLines, stunServerLines, xmppServerLines } from './plan-lines.ts'
import { timelineNow } from './timeline-now.ts'

/** Shows a person how a run goes. */
export interface LiveView {
  entry(entry: Entry): void
  /** Brings the running line up to date. */
  tick(): void
  /** Says something besides. */
  notice(text: string): void
  /** Shows what is left and takes the running line away. */
  end(): Promise<void>
}

/** Shows a run from the entries of its timeline alone. */
export function createLiveView(options: { clock: Clock; output: NodeJS.WriteStream }): LiveView {
  const { clock, output } = options
  const isTty = output.isTTY
  const columns = output.columns || 80
  let started: EntryOf<'run-started'> | undefined
  let lastAt = 0
  let plan: EntryOf<'planned'>[] = []
  /** The entries of the scenario being played. */
  let playing: Entry[] = []
  let judge: ScenarioJudge | undefined
  let judgeLoaded: Promise<void> | undefined
  let judgeProblem: Error | undefined
  /** Entries that must wait for the judge. */
  let held: Entry[] | undefined

  const progress = createProgress({
    write: text => void output.write(text),
    isTty,
    color: wantsColor(process.env, isTty),
    now: () => timelineNow(clock, started, lastAt),
    columns,
    verdictOf: scenario => judge?.(scenario, playing)?.verdict,
  })
  const writeLines = (lines: readonly string[]) => {
    progress.end()
    for (const line of lines) output.write(`${line}\n`)
  }
  const show = (entry: Entry) => {
    lastAt = entry.at
    if (entry.type === 'scenario-begun') playing = []
    playing.push(entry)
    if (entry.type === 'run-started') started = entry
    if (entry.type === 'probed') writeLines(probeLines(entry))
    if (entry.type === 'planned') plan.push(entry)
    else if (plan.length > 0) {
      writeLines(planLines(plan, columns))
      plan = []
    }
    if (entry.type === 'mark')
      writeLines([...certificateAuthorityLine(entry), ...xmppServerLines(entry), ...stunServerLines(entry)])
    // A device in the playing process needs nobody to point it anywhere.
    if (started?.simulated && (entry.type === 'acs-listening' || entry.type === 'waiting-for-device')) return
    progress.entry(entry)
  }
  const showHeld = () => {
    if (judgeProblem) throw judgeProblem
    if (!judge) return
    for (const entry of held ?? []) show(entry)
    held = undefined
  }

  return {
    entry(entry) {
      // Judges are many files: they are loaded while the device is waited for.
      judgeLoaded ??= loadJudge().then(
        loaded => {
          judge = loaded
        },
        (error: Error) => {
          judgeProblem = error
        },
      )
      showHeld()
      if (entry.type === 'scenario-begun' && !judge) held ??= []
      if (held) held.push(entry)
      else show(entry)
    },
    tick() {
      showHeld()
      progress.tick()
    },
    notice: text => writeLines([text]),
    async end() {
      await judgeLoaded
      showHeld()
      progress.end()
    },
  }
}
