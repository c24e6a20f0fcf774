import { markText } from '../../reports/baseline/known-failures.ts'
import { momentText } from '../../reports/durations.ts'
import type { BaselineOutlook } from './baseline-outlook.ts'

/** What `connreq check` says of a profile's baseline, a line each. */
export function outlookLines(outlook: BaselineOutlook | undefined): string[] {
  if (!outlook) return []
  const { run, knownFailures } = outlook
  return [
    ...(run
      ? [`Baseline: ${run.path} (${momentText(run.startedAt)}), broken there: ${run.broken.join(', ') || 'nothing'}.`]
      : []),
    ...knownFailures.flatMap(failure => {
      const { requirement, metric, seen, covers, writeInstead = [] } = failure
      if (!covers && seen !== undefined)
        return [`The known failure of ${requirement} covers nothing: ${whyNot(outlook, metric, seen)}`]
      if (covers)
        return [`Known failure of ${requirement}: ${metric}, ${markText(failure)}`, `  when it shows: ${seen}`]
      return [
        `The known failure of ${requirement} covers nothing: ${whyNot(outlook, metric)} Write in its place:`,
        ...indented(writeInstead),
      ]
    }),
  ]
}

/** Why a known failure covers nothing. */
export function whyNot({ run }: Pick<BaselineOutlook, 'run'>, metric: string | undefined, seen?: string): string {
  if (seen !== undefined)
    return `what ${metric} shows, “${seen}”, has no word in it that would tell this failure from another one.`
  const unsaid = `it does not say ${metric === undefined ? 'which metric fails and what that shows' : `what ${metric} shows`}`
  return run === undefined
    ? `${unsaid}, and baseline.run names no run that does.`
    : `${unsaid}, and ${run.path} shows no such failure.`
}

const indented = (lines: readonly string[]) => lines.map(line => `  ${line}`)
