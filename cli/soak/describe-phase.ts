import { columns } from '../benchmarks/columns.ts'
import { type Bounds, type Growth, growthIn, type Measure } from './growth.ts'
import type { Phase } from './phase.ts'

/** A phase as it is judged. */
export interface JudgedPhase {
  ok: boolean
  /** A table, and sentences about what must not be. */
  text: string
}

const words: Record<Measure, string> = {
  heap: 'heap after a collection',
  rss: 'resident memory',
  descriptors: 'file descriptors',
  resources: 'active resources',
  timers: 'waiting timers',
}

/** @param widening of the bounds of memory, where little was done and code is still being compiled */
export function judgePhase({ samples, bounds, surprises, done, unit }: Phase, widening = 1): JudgedPhase {
  const growth = growthIn(samples, widened(bounds, widening))
  const exceeded = growth.filter(each => each.exceeded)
  const rows = growth.map(each => {
    const amount = amountOf(each.measure)
    return [
      words[each.measure],
      amount(each.first),
      amount(each.last),
      `${amount(each.slope)} per ${unit}`,
      amount(each.bound),
      each.exceeded ? 'GROWS' : 'kept',
    ]
  })
  return {
    ok: exceeded.length === 0 && surprises.length === 0,
    text: [
      `${done}, ${samples.length} samples`,
      columns([['', 'after warm-up', 'at the end', 'slope', 'bound', ''], ...rows]),
      ...surprises.map(text => `Not as a conforming device is judged: ${text}`),
    ].join('\n'),
  }
}

const widened = (bounds: Bounds, by: number): Bounds => ({ ...bounds, heap: bounds.heap * by, rss: bounds.rss * by })

const isMemory = (measure: Growth['measure']) => measure === 'heap' || measure === 'rss'

function amountOf(measure: Measure): (value: number) => string {
  if (!isMemory(measure)) return value => String(Math.round(value * 10_000) / 10_000)
  return value => (Math.abs(value) < 1e6 ? `${(value / 1e3).toFixed(1)} kB` : `${(value / 1e6).toFixed(1)} MB`)
}
