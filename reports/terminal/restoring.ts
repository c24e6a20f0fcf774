import type { Entry } from '../../harness/timeline/entry.ts'
import { lastPart, leftChanged } from '../remarks.ts'

/** What was set back at the end of the run and what was not: a line each, none where nothing was changed. */
export function restoringLines(entries: readonly Entry[]): string[] {
  // A simulated device in the run's own process ends with the run.
  if (entries.some(entry => entry.type === 'run-started' && entry.simulated)) return []
  const restored = entries.filter(entry => entry.type === 'restored')
  const left = leftChanged(entries)
  const count = restored.reduce((sum, { parameters }) => sum + parameters.length, 0)
  return [
    ...(count > 0 ? [`Restored: ${count} ${count === 1 ? 'parameter' : 'parameters'}.`] : []),
    ...restored
      .flatMap(({ notRestored }) => notRestored)
      .map(({ name, reason }) => `Not restored: ${lastPart(name)}: ${reason}`),
    ...(left ? [left.text] : []),
  ]
}
