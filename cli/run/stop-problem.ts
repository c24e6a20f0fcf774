import type { Entry } from '../../harness/timeline/entry.ts'

/** A sentence for a `control.stop` that failed; nothing for any other entry. It says nothing of the device's verdict. */
export function stopProblemOf(entry: Entry): string | undefined {
  if (entry.type !== 'control' || entry.action !== 'stop' || entry.problem === undefined) return undefined
  const said = entry.output?.trim().split('\n').at(-1)?.slice(-mostSaid)
  const output = said === undefined || said === '' ? '' : ` (${said})`
  return `control.stop: ${entry.problem.replace(/\.$/, '')}${output}; the device may still be powered.`
}

/** Of what the command wrote, in characters. */
const mostSaid = 200
