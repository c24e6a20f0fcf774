import type { Clock } from '../../harness/clock/clock.ts'
import { judgeScenario } from '../../harness/judge.ts'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import { wantsColor } from '../../reports/terminal/palette.ts'
import { createProgress } from '../../reports/terminal/progress.ts'
import { scenarios } from '../../suites/scenarios.ts'
import { planLines, probeLines } from './plan-lines.ts'

export interface LiveView {
  entry(entry: Entry): void
  tick(): void
  end(): void
}

/** Shows a person how the run goes, from the entries of its timeline alone. */
export function createLiveView(options: { clock: Clock; output: NodeJS.WriteStream }): LiveView {
  const { clock, output } = options
  let started: EntryOf<'run-started'> | undefined
  let lastAt = 0
  let plan: EntryOf<'planned'>[] = []
  /** The entries of the scenario being played. */
  let playing: Entry[] = []

  const now = () => {
    if (!started || started.clock === 'virtual') return lastAt
    return started.at + clock.wallTime().getTime() - Date.parse(started.wallTime)
  }
  const verdictOf = (id: string): Verdict | undefined => {
    const scenario = scenarios.find(candidate => candidate.id === id)
    return scenario && judgeScenario(scenario, playing).at(-1)?.verdict
  }
  const write = (text: string) => void output.write(text)
  const isTty = output.isTTY === true
  const progress = createProgress({
    write,
    isTty,
    color: wantsColor(process.env, isTty),
    now,
    columns: output.columns ?? 80,
    verdictOf,
  })
  const writeLines = (lines: readonly string[]) => {
    progress.end()
    for (const line of lines) write(`${line}\n`)
  }
  const flushPlan = () => {
    if (plan.length === 0) return
    writeLines(planLines(plan, output.columns ?? 80))
    plan = []
  }

  return {
    entry(entry) {
      lastAt = entry.at
      if (entry.type === 'run-started') started = entry
      if (entry.type === 'probed') writeLines(probeLines(entry))
      if (entry.type === 'planned') plan.push(entry)
      else flushPlan()
      if (entry.type === 'mark' && entry.name === 'acs-certificate-authority')
        writeLines([`Certificate authority for the device to trust: ${String(entry.data?.['file'])}`])
      if (entry.type === 'scenario-begun') playing = []
      playing.push(entry)
      // A device in our own process needs nobody to point it anywhere.
      if (started?.simulated && (entry.type === 'acs-listening' || entry.type === 'waiting-for-device')) return
      progress.entry(entry)
    },
    tick: progress.tick,
    end: progress.end,
  }
}
