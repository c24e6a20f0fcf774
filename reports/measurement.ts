import type { Limit } from '../harness/verdict/limit.ts'
import type { Finding } from '../harness/verdict/metric.ts'
import { measuredText } from './durations.ts'

/** Who chose a limit, and why: `standard, TR-069 3.2.2.1` or `our choice: long enough for ...`. */
export const sourceText = ({ source, why }: Limit) => (source === 'spec' ? `standard, ${why}` : `our choice: ${why}`)

/**
 * The measured time against its limit in one line, as far as there is one:
 * `31.2 s ± 2 ms; limit 30 s (standard, TR-069 3.2.2.1); 1.2 s above it`.
 */
export function measurementText({ measured, uncertainty, limit }: Finding): string | undefined {
  const parts: string[] = []
  if (measured !== undefined)
    parts.push(`${measuredText(measured)}${uncertainty === undefined ? '' : ` ± ${measuredText(uncertainty)}`}`)
  if (limit) parts.push(`limit ${measuredText(limit.ms)} (${sourceText(limit)})`)
  if (measured !== undefined && limit) parts.push(marginText(measured, limit))
  return parts.length === 0 ? undefined : parts.join('; ')
}

function marginText(measured: number, limit: Limit): string {
  const margin = limit.ms - measured
  return margin < 0 ? `${measuredText(-margin)} above it` : `${measuredText(margin)} below it`
}
