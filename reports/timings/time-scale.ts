import { scaleSymlog } from 'd3-scale'
import { measuredText } from '../durations.ts'

/** Below this the scale is linear, so that nought has a place; above it is logarithmic. In milliseconds. */
const linearBelow = 1

const ticks = [0, 1, 10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000]

/** From 3 ms to 30 s on one axis. */
export interface TimeScale {
  /** The place of a time. */
  x: (ms: number) => number
  /** The times that are written at the axis. */
  ticks: number[]
}

/** A scale for times from nought to `longest` milliseconds, with some room behind it, between two places. */
export function timeScale(longest: number, [left, right]: readonly [number, number]): TimeScale {
  const end = Math.max(10, longest) * 1.6
  const scale = scaleSymlog().constant(linearBelow).domain([0, end]).range([left, right])
  return {
    x: ms => Math.round(scale(Math.max(0, ms)) * 100) / 100,
    ticks: ticks.filter(tick => tick <= end),
  }
}

/** What is written at a tick; nought needs no unit. */
export const tickText = (ms: number) => (ms === 0 ? '0' : ms < 60_000 ? measuredText(ms) : `${ms / 60_000} min`)
