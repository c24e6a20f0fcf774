import { visibleText } from '../../harness/timeline/visible-text.ts'
import type { Colors } from '../../reports/terminal/palette.ts'
import { type Finding, isReady } from './finding.ts'

const words = { fine: 'fine', note: 'note', problem: 'PROBLEM' } as const
const column = Math.max(...Object.values(words).map(word => word.length)) + 2

/** How a finding is printed: what it is, and below it what to do. */
export function findingLines({ state, text, lines = [], todo }: Finding, colors: Colors): string[] {
  const paint = { fine: colors.green, note: colors.yellow, problem: colors.red }[state]
  const indented = ' '.repeat(column)
  return [
    `${paint(words[state])}${' '.repeat(column - words[state].length)}${visibleText(text)}`,
    ...lines.map(line => `${indented}${visibleText(line)}`),
    ...(todo === undefined ? [] : [`${indented}→ ${visibleText(todo)}`]),
  ]
}

/** What it comes to. */
export function conclusion(findings: readonly Finding[]): string {
  const count = (state: Finding['state']) => findings.filter(finding => finding.state === state).length
  const notes = counted(count('note'), 'note')
  if (isReady(findings)) return count('note') === 0 ? 'Ready for a run.' : `Ready for a run; ${notes} to read.`
  return `Not ready for a run: ${counted(count('problem'), 'problem')}${count('note') === 0 ? '' : `, ${notes}`}.`
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
