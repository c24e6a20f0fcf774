import type { Clock } from '../../harness/clock/clock.ts'
import type { Machine } from './machine.ts'

/** One measured figure, as `bench.json` holds it. */
export interface Figure {
  /** Stable, for example `start-to-waiting`. */
  name: string
  value: number
  unit: 's' | 'ms' | 'MB' | 'kB' | '1/s' | 'devices'
  /** The most that it may be, in `unit`, or the least by `bound`; `null` for a figure that is only told. */
  target: number | null
  /** On which side of its target the value has to be; at most by default. */
  bound?: 'at most' | 'at least'
  /** What the value is set against, in `unit`. */
  comparedWith?: { what: string; value: number }
  /** The value divided by what it is compared with. */
  ratio?: number
  /** What was measured and how often, for the reader. */
  note: string
}

/** What a benchmark is handed. */
export interface BenchmarkConditions {
  clock: Clock
  /** A directory of its own for everything it writes. */
  directory: string
  /** Few repetitions, for a first look. */
  quick: boolean
  /** Tells the person at the terminal what is going on, or a table that has no place among the figures. */
  say: (text: string) => void
}

/** A measurement that brings one figure or several. */
export interface Benchmark {
  /** The name by which it is asked for. */
  name: string
  /** One line for people. */
  about: string
  measure: (conditions: BenchmarkConditions) => Promise<Figure[]>
}

/** `bench.json`. */
export interface BenchReport {
  schema: 'connreq/bench/1'
  tool: { version: string; commit?: string }
  quick: boolean
  machine: Machine
  results: Figure[]
}

/** Whether a figure keeps its target; one without any does. */
export function keepsTarget({ value, target, bound }: Figure): boolean {
  if (target === null) return true
  return bound === 'at least' ? value >= target : value <= target
}
