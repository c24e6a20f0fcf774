import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import { durationText } from '../durations.ts'
import { standingFor, standingWords } from '../standing.ts'
import { colorsOf, paint } from './palette.ts'
import { waivedAuthentication } from '../remarks.ts'
import { createDeviceNotices } from './device-notices.ts'
import { beforeTheRun, follow, statusLine } from './progress-state.ts'

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

/** Tells a person how the run is going: one line a scenario, and whose turn it is. */
export function createProgress(options: ProgressOptions): Progress {
  const { write, isTty, now } = options
  const colors = colorsOf(options.color)
  const state = beforeTheRun()
  const deviceNotice = createDeviceNotices()
  let running: EntryOf<'scenario-begun'> | undefined
  let shown: string | undefined

  const erase = () => {
    if (shown !== undefined) write(eraseLine)
    shown = undefined
  }
  const tick = () => {
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

/** What a person must see also without a running line. */
function noticeOf(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'acs-listening':
      return `ACS: point the device at ${visibleText(entry.url)}`
    case 'waiting-for-device':
      return `The device's turn: ${visibleText(entry.what)}, at most ${durationText(entry.timeoutMs)}.`
    case 'control':
      return entry.how === 'ask' ? `Your turn: ${visibleText(entry.action)}` : undefined
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
