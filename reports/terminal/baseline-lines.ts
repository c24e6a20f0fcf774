import { visibleText } from '../../harness/timeline/visible-text.ts'
import { pastedFailures } from '../baseline/pasted-failures.ts'
import { markText } from '../baseline/known-failures.ts'
import { momentText } from '../durations.ts'
import type { KnownFailureRecord, RunRecord } from '../run-record.ts'
import type { Colors } from './palette.ts'
import { wrapText } from './wrap-text.ts'

/** The run against its baseline; nothing where the profile has none or there is nothing to tell. */
export function baselineLines(record: RunRecord, colors: Colors, width: number): string[] {
  if (!record.baseline) return []
  const { run, knownFailures } = record.baseline
  const hanging = (text: string, indent = '  ') =>
    wrapText(visibleText(text), width - 4).map((line, index) => `${index === 0 ? indent : '    '}${line}`)
  const lines = [
    ...(run
      ? [
          ...hanging(`Since ${run.path} (${momentText(run.startedAt)}):`),
          ...(run.caveats ?? []).flatMap(caveat => hanging(caveat, '    ')),
          ...hanging(`newly broken: ${run.newlyBroken.join(', ') || 'none'}`, '    '),
          ...hanging(`repaired: ${run.repaired.join(', ') || 'none'}`, '    '),
        ]
      : []),
    ...knownFailures.flatMap(failure => [
      ...hanging(`${failure.requirement}  ${failure.text} (${markText(failure)})`),
      ...linesToPaste(failure, record),
    ]),
  ]
  return lines.length === 0 ? [] : ['', colors.bold('BASELINE'), ...lines]
}

/** What to write in the place of a known failure that says too little, where this run shows the failure. */
function linesToPaste(failure: KnownFailureRecord, record: RunRecord): string[] {
  if (failure.state !== 'covers-nothing' || failure.seen !== undefined) return []
  const lines = pastedFailures(record, failure)
  if (lines.length === 0) return ['    Name a run that shows the failure as baseline.run.']
  return ['    Write in its place:', ...lines.map(line => `    ${line}`)]
}
