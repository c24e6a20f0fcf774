import { openConformanceRun } from './conformance-run.ts'
import type { ConformanceSettings } from './conformance-settings.ts'
import { selectPart } from './division.ts'
import { loadNamedSuites } from './own-suites/load-named-suites.ts'
import type { PlayedMessage } from './played-message.ts'
import { selectScenarios } from './scenarios.ts'

// The playing process of one device among many: what conformance.test.ts does, without Vitest, which would take half of
// its memory. It is forked, gets its settings as its one message, and does not outlive its parent.

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const stop = new AbortController()
for (const signal of stopSignals) process.on(signal, () => stop.abort(new Error('The run was stopped by hand.')))
// Nobody would end this process after its parent was killed.
process.once('disconnect', () => process.exit(1))
if (!process.connected) process.exit(1)
// Where nobody waits for what failed: it is told, and the run goes on, as it does under Vitest.
process.on('uncaughtException', error => tellProblem(error))
process.once('message', settings => void play(settings as ConformanceSettings))
tell({ kind: 'ready' })

async function play(settings: ConformanceSettings): Promise<void> {
  let exitCode = 0
  try {
    await playAll(settings)
  } catch (error) {
    exitCode = 1
    if (!stop.signal.aborted) tellProblem(error)
  }
  // Whatever a library left open shall not keep the others waiting.
  tell({ kind: 'over' }, () => process.exit(exitCode))
}

async function playAll(settings: ConformanceSettings): Promise<void> {
  await loadNamedSuites(settings.suites)
  const selection = selectPart(selectScenarios(settings.only, settings.include), settings)
  await using run = await openConformanceRun(settings, selection, stop.signal)
  for (const scenario of selection.played)
    for (let repetition = 1; repetition <= settings.repeat && !stop.signal.aborted; repetition++)
      try {
        const { verdict } = await run.play(scenario, repetition)
        tell({ kind: 'played', scenario: scenario.id, verdict })
      } catch (error) {
        if (!stop.signal.aborted) tellProblem(error)
      }
  if (!stop.signal.aborted) {
    const { id, verdict } = await run.finish()
    tell({ kind: 'played', scenario: id, verdict })
  }
}

function tellProblem(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined }
  tell({ kind: 'problem', message, ...(stack === undefined ? {} : { stack }) })
}

function tell(message: PlayedMessage, onTold = () => {}): void {
  if (process.connected) process.send?.(message, onTold)
}
