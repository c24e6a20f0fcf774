import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText } from '../durations.ts'

/** What is going on, as far as the entries until now tell. Times are those of the timeline, in milliseconds. */
export interface ProgressState {
  /** Windows of the scenarios that were planned and have not ended. */
  ahead: Map<string, number>
  total: number
  ended: number
  scenario?: { id: string; begunAt: number }
  step?: string
  watch?: { for: string; ms: number; begunAt: number }
  waiting?: { what: string; ms: number; begunAt: number }
  /** The command of the profile that runs now. */
  command?: { text: string; begunAt: number }
  /** What a person is to do now; no `ms` where the timeline does not say how long that is waited for. */
  turn?: { sentence: string; ms: number | undefined; begunAt: number }
}

export const beforeTheRun = (): ProgressState => ({ ahead: new Map(), total: 0, ended: 0 })

/** Takes one entry into account. */
export function follow(state: ProgressState, entry: Entry): void {
  switch (entry.type) {
    case 'planned':
      if (!entry.applies) return
      state.ahead.set(entry.scenario, entry.windowsMs)
      state.total += 1
      return
    case 'waiting-for-device':
      state.waiting = { what: entry.what, ms: entry.timeoutMs, begunAt: entry.at }
      return
    case 'session-opened':
    case 'wait-timed-out':
      delete state.waiting
      // Timelines of earlier versions do not say when a person's turn is over.
      if (state.turn && state.turn.ms === undefined) delete state.turn
      return
    case 'control':
      if (entry.how === 'ask')
        state.turn = { sentence: entry.sentence ?? entry.action, ms: entry.waitMs, begunAt: entry.at }
      else if (entry.how === 'person') delete state.turn
      else if (entry.how === 'command-begun') state.command = { text: commandText(entry), begunAt: entry.at }
      else delete state.command
      return
    case 'run-ended':
      delete state.turn
      delete state.command
      return
    case 'scenario-begun':
      state.scenario = { id: entry.scenario, begunAt: entry.at }
      return
    case 'scenario-ended':
      state.ahead.delete(entry.scenario)
      state.ended += 1
      delete state.scenario
      delete state.turn
      delete state.step
      delete state.watch
      return
    case 'step-begun':
      state.step = entry.text
      return
    case 'step-ended':
      delete state.step
      return
    case 'watch-begun':
      state.watch = { for: entry.for, ms: entry.ms, begunAt: entry.at }
      return
    case 'watch-ended':
      delete state.watch
  }
}

const mostOfCommand = 200

/** `control.power: ./outlet.sh cycle 3` */
export const commandText = ({ action, command = '' }: EntryOf<'control'>): string =>
  visibleText(`control.${action}: ${shortenedText(command.trim(), mostOfCommand)}`)

/** One line for what is going on now, or nothing between scenarios. */
export function statusLine(state: ProgressState, now: number): string | undefined {
  const { turn } = state
  if (turn)
    return `YOUR TURN: ${visibleText(turn.sentence)}${turn.ms === undefined ? '' : `  ${leftText({ ...turn, ms: turn.ms }, now)}`}`
  if (state.command)
    return `${state.command.text}, for ${durationText(wholeSeconds(Math.max(0, now - state.command.begunAt)))}`
  if (state.waiting) return `the device's turn: ${visibleText(state.waiting.what)}, ${leftText(state.waiting, now)}`
  if (!state.scenario) return undefined
  const parts = [`[${state.ended + 1}/${Math.max(state.total, state.ended + 1)}] ${state.scenario.id}`]
  if (state.watch) parts.push(`watching for ${visibleText(state.watch.for)}, ${leftText(state.watch, now)}`)
  else if (state.step !== undefined) parts.push(visibleText(state.step))
  const remaining = remainingMs(state, now)
  if (remaining > 0) parts.push(`at least ${durationText(wholeSeconds(remaining))} to go`)
  return parts.join('  ')
}

/** The least time the rest of the run takes: the windows that are yet to be kept. */
export function remainingMs({ ahead, scenario }: ProgressState, now: number): number {
  let total = 0
  for (const [id, windows] of ahead)
    total += id === scenario?.id ? Math.max(0, windows - (now - scenario.begunAt)) : windows
  return total
}

function leftText({ ms, begunAt }: { ms: number; begunAt: number }, now: number): string {
  const left = Math.min(ms, Math.max(0, begunAt + ms - now))
  return `${Math.ceil(left / 1000)} of ${Math.ceil(ms / 1000)} s left`
}

const wholeSeconds = (ms: number) => Math.ceil(ms / 1000) * 1000
