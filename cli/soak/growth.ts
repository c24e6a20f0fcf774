/** What must not grow, each with a bound of its own. */
export type Measure = 'heap' | 'rss' | 'descriptors' | 'resources' | 'timers'

/** What a process held at one moment, at rest and after a garbage collection. */
export interface Sample extends Record<Measure, number> {
  /** How much had been done by then: scenario runs, or minutes. */
  done: number
}

/** How much of it a leak would have to stay below to be overlooked, in its own unit for each unit done. */
export type Bounds = Record<Measure, number>

/** What came of one measure. */
export interface Growth {
  measure: Measure
  /** At the first sample after the warm-up, and at the last. */
  first: number
  last: number
  /** By least squares over all samples after the warm-up, for each unit done. */
  slope: number
  bound: number
  exceeded: boolean
}

/** Of the samples so many are warm-up: code is compiled, tables and pools fill. */
const warmUpShare = 0.25
/** A line through fewer says nothing. */
export const fewestSamples = 4

/**
 * Fits a line to each measure after the warm-up.
 * @throws RangeError with fewer than `fewestSamples` samples after the warm-up
 */
export function growthIn(samples: readonly Sample[], bounds: Bounds): Growth[] {
  const settled = samples.slice(Math.ceil(samples.length * warmUpShare))
  if (settled.length < fewestSamples)
    throw new RangeError(`${samples.length} samples are too few: after the warm-up ${fewestSamples} are needed.`)
  return (Object.keys(bounds) as Measure[]).map(measure => {
    const slope = slopeOf(settled.map(sample => [sample.done, sample[measure]]))
    const bound = bounds[measure]
    return {
      measure,
      first: settled[0]?.[measure] ?? 0,
      last: settled.at(-1)?.[measure] ?? 0,
      slope,
      bound,
      exceeded: !(slope <= bound),
    }
  })
}

/** The slope of the line with the least squares; 0 where all stand at the same place. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const meanX = mean(points.map(([x]) => x))
  const meanY = mean(points.map(([, y]) => y))
  let covariance = 0
  let variance = 0
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - meanY)
    variance += (x - meanX) ** 2
  }
  return variance === 0 ? 0 : covariance / variance
}
