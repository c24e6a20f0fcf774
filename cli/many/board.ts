import type { Entry } from '../../harness/timeline/entry.ts'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { standingFor } from '../../reports/standing.ts'
import { createDeviceNotices } from '../../reports/terminal/device-notices.ts'
import { type Colors, colorsOf, paint } from '../../reports/terminal/palette.ts'
import { noticeOf, turnText } from '../../reports/terminal/progress.ts'
import { certificateAuthorityLine, stunServerLines, xmppServerLines } from '../run/plan-lines.ts'
import { deviceLine } from './device-line.ts'
import type { DeviceState } from './device-state.ts'

export interface BoardOptions {
  write: (text: string) => void
  /** With a terminal, one line a device is kept up to date at the bottom; without, each change is a line. */
  isTty: boolean
  color: boolean
  now: () => Date
  /** Width and height of the terminal as it is now. */
  size: () => { columns?: number; rows?: number }
  states: readonly DeviceState[]
}

/** Tells a person how several runs are going. */
export interface Board {
  /** Says what an entry means for the person, and what has changed. Comes after the state has taken it. */
  entry(state: DeviceState, entry: Entry): void
  /** The state of a device has changed. */
  changed(state: DeviceState): void
  /** Brings the lines up to date: call it about once a second. */
  tick(): void
  /** Says something besides. */
  notice(text: string): void
  /** Leaves every line there as it is. */
  end(): void
}

const serverLines = [certificateAuthorityLine, xmppServerLines, stunServerLines]

/** What the terminal itself needs below the lines. */
const rowsBesides = 2
const bell = '\x07'
/** How often a person is reminded, in milliseconds. */
const remindEveryMs = 60_000

export function createBoard(options: BoardOptions): Board {
  const { write, isTty, now, states } = options
  const colors = colorsOf(options.color)
  const columns = () => options.size().columns || 80
  const mostLines = () => Math.max(1, (options.size().rows || 24) - rowsBesides)
  const labelWidth = Math.min(24, Math.max(...states.map(({ label }) => visibleText(label).length)))
  const notices = new Map(states.map(state => [state, createDeviceNotices()]))
  /** When the person was last told that it is their turn with a device. */
  const called = new Map<DeviceState, number>()
  let shown: string[] = []

  const erase = () => {
    if (shown.length > 0) write(`\x1b[${shown.length}A\r\x1b[J`)
    shown = []
  }
  const lineOf = (state: DeviceState) => deviceLine(state, { now: now(), labelWidth })
  const painted = (state: DeviceState) => paintLine(colors, state, shortenedText(lineOf(state), columns() - 1))
  const draw = (all: boolean) => {
    const chosen = all ? states : firstToShow(states, mostLines())
    const more = states.length - chosen.length
    const lines = [
      ...chosen.map(painted),
      ...(more > 0 ? [colors.dim(`and ${more} more ${more === 1 ? 'device' : 'devices'}`)] : []),
    ]
    if (lines.join('\n') === shown.join('\n')) return
    erase()
    write(`${lines.join('\n')}\n`)
    shown = lines
  }
  const say = (text: string) => {
    erase()
    write(`${text}\n`)
    if (isTty) draw(false)
  }
  const sayOf = (state: DeviceState, text: string) => say(`${visibleText(state.label).padEnd(labelWidth)}  ${text}`)
  /** Whose turn it is must be heard and seen also by who looks elsewhere. */
  const callPerson = (state: DeviceState, text: string) => {
    if (isTty) write(bell)
    sayOf(state, colors.inverse(colors.bold(text)))
    called.set(state, now().getTime())
  }
  const remind = () => {
    for (const state of states) {
      const { turn } = state.progress
      const at = called.get(state)
      if (turn && at !== undefined && now().getTime() - at >= remindEveryMs)
        callPerson(state, `Still your turn: ${visibleText(turn.sentence)}`)
    }
  }
  const changed = (state: DeviceState) => {
    if (isTty) draw(false)
    // Where lines stay, the first to be said of a device is where it is to be pointed.
    else if (state.phase !== 'starting') say(lineOf(state))
  }
  return {
    entry(state, entry) {
      const said = [
        isFirstWait(state, entry) ? undefined : (noticeOf(entry) ?? notices.get(state)?.(entry)),
        ...(entry.type === 'mark' ? serverLines.flatMap(lines => lines(entry)) : []),
      ]
      for (const text of said) if (text !== undefined) sayOf(state, text)
      if (entry.type === 'control' && entry.how === 'ask') callPerson(state, turnText(entry))
    },
    changed,
    tick() {
      remind()
      if (isTty) draw(false)
    },
    notice: say,
    end() {
      if (isTty) draw(true)
      shown = []
    },
  }
}

/** That a device is to call at all is said with the URL that it is to call. */
const isFirstWait = ({ deviceCame }: DeviceState, { type }: Entry) => type === 'waiting-for-device' && !deviceCame

/** Where not all have a place: those that are still at something first. */
function firstToShow(states: readonly DeviceState[], most: number): readonly DeviceState[] {
  if (states.length <= most) return states
  const busy = states.filter(({ phase }) => phase !== 'over' && phase !== 'queued')
  const kept = new Set([...new Set([...busy, ...states])].slice(0, most - 1))
  return states.filter(state => kept.has(state))
}

const paintLine = (colors: Colors, { worst, phase }: DeviceState, line: string): string => {
  if (phase === 'queued') return colors.dim(line)
  return worst === 'none' ? line : paint(colors, standingFor(worst), line)
}
