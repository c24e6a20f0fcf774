import { visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText } from '../../reports/durations.ts'
import { remainingMs } from '../../reports/terminal/progress-state.ts'
import { standingFor, standingWords } from '../../reports/standing.ts'
import type { DeviceState } from './device-state.ts'

/** The line of a device: its name, what it plays, its verdict so far, when it ends at the earliest. */
export const deviceLine = (state: DeviceState, { now, labelWidth }: { now: Date; labelWidth: number }): string =>
  [visibleText(state.label).padEnd(labelWidth), ...words(state, now)].join('  ')

function words(state: DeviceState, now: Date): string[] {
  switch (state.phase) {
    case 'queued':
      return ['its turn comes later']
    case 'starting':
      return ['starting']
    case 'playing':
      return playingWords(state, now)
    case 'played':
      return ['played; its reports come next', ...soFar(state)]
    case 'reporting':
      return ['its reports are being built', ...soFar(state)]
    default:
      return [visibleText(state.result ?? 'over')]
  }
}

function playingWords(state: DeviceState, now: Date): string[] {
  const { progress, begunAt } = state
  if (progress.turn) return [`YOUR TURN: ${visibleText(progress.turn.sentence)}`]
  if (progress.command) return [progress.command.text]
  if (!state.deviceCame) {
    const atMost = progress.waiting ? `, at most ${durationText(progress.waiting.ms)}` : ''
    return [`waiting for its first Inform${atMost}`]
  }
  if (progress.total === 0) return ['getting to know the device']
  const at = begunAt === undefined ? state.lastAt : now.getTime() - begunAt.getTime()
  const remaining = remainingMs(progress, at)
  return [
    `${Math.min(progress.ended + 1, progress.total)}/${progress.total} ${progress.scenario?.id ?? ''}`.trim(),
    ...(progress.waiting ? [`the device's turn: ${visibleText(progress.waiting.what)}`] : []),
    ...soFar(state),
    ...(remaining > 0 ? [`not over before ${clockText(new Date(now.getTime() + remaining))}`] : []),
  ]
}

const soFar = ({ worst }: DeviceState): string[] =>
  worst === 'none' ? [] : [`so far ${standingWords[standingFor(worst)]}`]

/** Local time as `14:05`. */
function clockText(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(time.getHours())}:${two(time.getMinutes())}`
}
