import { toolText } from '../compare/circumstances.ts'
import { durationText, momentText } from '../durations.ts'
import { partText } from '../part-text.ts'
import type { MergedRun } from './merged-runs.ts'

/** `2026-03-02 08:14:05 UTC, 2 min 03 s of real time, firmware 1.2.3, connreq 0.3.0` */
export function runFacts({ startedAt, durationMs, clock, firmware, tool, ended, shard }: MergedRun): string {
  return [
    ...(shard ? [partText(shard)] : []),
    momentText(startedAt),
    `${durationText(durationMs)} of ${clock} time`,
    ...(firmware === undefined ? [] : [`firmware ${firmware}`]),
    `connreq ${toolText(tool)}`,
    ...(ended.how === 'completed' ? [] : [ended.how]),
  ].join(', ')
}
