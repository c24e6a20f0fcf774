import type { Profile } from '../../harness/device/profile.ts'
import { knownFailureLines } from '../../reports/baseline/pasted-failures.ts'
import { type AcceptedFailure, acceptedFailures, isCovering } from '../../reports/baseline/known-failures.ts'
import { metricsOf } from './check-known-failures.ts'
import type { EarlierRun } from './earlier-run.ts'

/** What a profile's baseline will do in a run, as `connreq check` and `connreq plan` tell it. */
export interface BaselineOutlook {
  run?: { path: string; startedAt: string; broken: string[] }
  /** A row for each metric of each known failure. */
  knownFailures: (AcceptedFailure & {
    /** Whether it can cover a failure. */
    covers: boolean
    /** Where it cannot: what to write instead, as YAML. */
    writeInstead?: string[]
  })[]
}

/** @param earlier the run that the profile names, read */
export function baselineOutlook(
  { baseline }: Pick<Profile, 'baseline'>,
  earlier: EarlierRun | undefined,
): BaselineOutlook | undefined {
  if (!baseline) return undefined
  const broken = earlier?.broken ?? []
  return {
    ...(earlier
      ? {
          run: {
            path: earlier.run.path,
            startedAt: earlier.run.startedAt,
            broken: [...new Set(broken.map(({ requirement }) => requirement))],
          },
        }
      : {}),
    knownFailures: acceptedFailures(baseline.knownFailures, broken).map(failure =>
      isCovering(failure)
        ? { ...failure, covers: true }
        : {
            ...failure,
            covers: false,
            ...(failure.seen === undefined ? { writeInstead: completeLines(failure) } : {}),
          },
    ),
  }
}

/** An entry for each metric that can fail; what it shows only a run can tell. */
function completeLines(failure: AcceptedFailure): string[] {
  const metrics = failure.metric === undefined ? metricsOf(failure.requirement) : [failure.metric]
  return metrics.flatMap(metric =>
    knownFailureLines({ requirement: failure.requirement, metric, seen: '' }, failure).map(line =>
      line.startsWith('  seen:') ? '  seen: # what it shows: connreq baseline RUN_DIR prints it' : line,
    ),
  )
}
