import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import { durationText } from '../durations.ts'
import { standingFor, standingWords } from '../standing.ts'
import { colorsOf, paint } from './palette.ts'
import { waivedAuthentication } from '../remarks.ts'
import { createDeviceNotices } from './device-notices.ts'
import { beforeTheRun, commandText, follow, statusLine } from './progress-state.ts'

export interface ProgressOptions {
  write: (text: string) => void
  /** With a terminal, one line is kept up to date at the bottom; without, only finished lines are written. */
  isTty: boolean
  color: boolean
  /** The timeline's clock, in milliseconds. */
  now: () => number
  /** Width of the terminal; 80 unless told. */
  columns?: number
  /** The verdict of a scenario that has just ended, where it is already judged. */
  verdictOf?: (scenario: string, repetition: number) => Verdict | undefined
}

export interface Progress {
  /** Takes the next entry of the timeline. */
  entry(entry: Entry): void
  /** Brings the running line up to date: call it about once a second. */
  tick(): void
  /** Takes the running line away. */
  end(): void
}

const widestWord = Math.max(...Object.values(standingWords).map(word => word.length))
const eraseLine = '\r\x1b[2K'
const bell = '\x07'
/** How often a person is reminded, in milliseconds. */
const remindEveryMs = 60_000

/** Tells a person how the run is going: one line a scenario, and whose turn it is. */
export function createProgress(options: ProgressOptions): Progress {
  const { write, isTty, now } = options
  const colors = colorsOf(options.color)
  const state = beforeTheRun()
  const deviceNotice = createDeviceNotices()
  let running: EntryOf<'scenario-begun'> | undefined
  let shown: string | undefined
  let calledAt = 0

  const erase = () => {
    if (shown !== undefined) write(eraseLine)
    shown = undefined
  }
  /** Whose turn it is must be heard and seen also by who looks elsewhere. */
  const callPerson = (text: string) => {
    line(`${isTty ? bell : ''}${colors.inverse(colors.bold(text))}`)
    calledAt = now()
  }
  const remind = () => {
    const { turn } = state
    if (!turn || now() - calledAt < remindEveryMs) return
    callPerson(`Still your turn, for ${durationText(now() - turn.begunAt)}: ${visibleText(turn.sentence)}`)
  }
  const tick = () => {
    remind()
    if (!isTty) return
    const status = statusLine(state, now())
    if (status === shown) return
    erase()
    if (status === undefined) return
    write(colors.dim(shortenedText(status, (options.columns || 80) - 1)))
    shown = status
  }
  const line = (text: string) => {
    erase()
    write(`${text}\n`)
  }
  const scenarioLine = (ended: EntryOf<'scenario-ended'>) => {
    const verdict = options.verdictOf?.(ended.scenario, running?.repetition ?? 1)
    const word = (verdict ? standingWords[standingFor(verdict)] : 'played').padEnd(widestWord)
    const repetition = running && running.repetition > 1 ? ` (repetition ${running.repetition})` : ''
    const how = ended.how === 'completed' ? '' : `, ${[ended.how, ended.reason].filter(Boolean).join(': ')}`
    const took = running ? durationText(ended.at - running.at) : ''
    const title = running ? running.title : ''
    return `${verdict ? paint(colors, standingFor(verdict), word) : word}  ${visibleText(`${ended.scenario}${repetition}  ${title}`)}  ${colors.dim(visibleText(`${took}${how}`))}`
  }

  return {
    entry(entry) {
      follow(state, entry)
      if (entry.type === 'scenario-begun') running = entry
      if (entry.type === 'scenario-ended') line(scenarioLine(entry))
      else if (entry.type === 'control' && entry.how === 'ask') callPerson(turnText(entry))
      else {
        const notice = noticeOf(entry) ?? deviceNotice(entry)
        if (notice !== undefined) line(entry.type === 'harness-error' ? paint(colors, 'error', notice) : notice)
      }
      tick()
    },
    tick,
    end: erase,
  }
}

/** What the person is to do, and how long there is for it. */
export function turnText({ action, sentence = action, waitMs }: EntryOf<'control'>): string {
  const time = waitMs === undefined ? '' : ` At most ${durationText(waitMs)}.`
  return `Your turn: ${visibleText(sentence)}${time}`
}

/** What a person must see also without a running line. */
export function noticeOf(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'acs-listening':
      return `ACS: point the device at ${visibleText(entry.url)}`
    case 'waiting-for-device':
      return `The device's turn: ${visibleText(entry.what)}, at most ${durationText(entry.timeoutMs)}.`
    case 'control':
      if (entry.how === 'command-begun') return commandText(entry)
      if (entry.how !== 'person') return undefined
      return entry.problem === undefined ? 'Thank you: the device shows that it is done.' : visibleText(entry.problem)
    case 'mark': {
      const waived = waivedAuthentication(entry)
      return waived && visibleText(waived)
    }
    case 'harness-error':
      return `error of ours: ${visibleText(entry.message)}`
    default:
      return undefined
  }
}
