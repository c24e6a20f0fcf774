import { dirname } from 'node:path'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { markText } from '../baseline/known-failures.ts'
import { durationText, momentText } from '../durations.ts'
import { type FindingInScenario, findingsWith, repeatCommand } from '../findings.ts'
import { alsoSeenText } from '../baseline/broken-metrics.ts'
import { measurementText } from '../measurement.ts'
import { playingsText } from '../playings.ts'
import type { RunRecord } from '../run-record.ts'
import { virtualTimeNotice } from '../run-verdict.ts'
import { countStandings, type Standing, standings, standingsOf, standingWords } from '../standing.ts'
import { baselineLines } from './baseline-lines.ts'
import { type Colors, colorsOf, paint } from './palette.ts'
import { wrapText } from './wrap-text.ts'

export interface SummaryOptions {
  color: boolean
  /** Where the HTML report is. */
  reportPath?: string
  /** Width of the terminal; 100 unless told. */
  columns?: number
}

/** What the run found, for the end of the terminal's output. Ends with a line end. */
export function terminalSummary(record: RunRecord, options: SummaryOptions): string {
  const colors = colorsOf(options.color)
  const width = options.columns ?? 100
  const section = (standing: Standing, title: string, findings: FindingInScenario[]) =>
    findings.length === 0
      ? []
      : [
          '',
          paint(colors, standing, colors.bold(`${title} (${findings.length})`)),
          ...findings.flatMap(finding => ['', ...findingLines(record, finding, { colors, width, ...options })]),
        ]
  const broken = findingsWith(record, 'fail')
  const newOnes = broken.filter(({ metric }) => !metric.known)
  const knownOnes = broken.filter(({ metric }) => metric.known)
  return [
    '',
    ...header(record, colors, width),
    '',
    ...countLines(record, colors),
    ...section('broken', 'BROKEN', newOnes),
    ...section('broken', 'BROKEN, BUT KNOWN', knownOnes),
    ...section('error', 'NOT JUDGED, ERROR OF OURS', findingsWith(record, 'error')),
    ...section('undecided', 'UNDECIDED', findingsWith(record, 'inconclusive')),
    ...section('warning', 'WARNINGS', findingsWith(record, 'warning')),
    ...baselineLines(record, colors, width),
    ...notApplicableLines(record, colors, width),
    ...(newOnes.length === 0 || options.reportPath === undefined ? [] : ['', acceptanceLine(options.reportPath)]),
    ...(options.reportPath === undefined ? [] : ['', `Report: ${options.reportPath}`]),
    '',
  ].join('\n')
}

function header(record: RunRecord, colors: Colors, width: number): string[] {
  const { device } = record
  const name = device.name ?? [device.manufacturer, device.productClass].filter(Boolean).join(' ')
  const facts = [
    visibleText(name || 'unknown device'),
    ...(device.firmware === undefined ? [] : [`firmware ${visibleText(device.firmware)}`]),
    momentText(record.startedAt),
    `${durationText(record.durationMs)}${record.clock === 'virtual' ? ` of ${virtualTimeNotice}` : ''}`,
  ]
  return [...wrapText(visibleText(record.sentence), width).map(colors.bold), facts.join(', ')]
}

function countLines(record: RunRecord, colors: Colors): string[] {
  const counts = countStandings(standingsOf(record).values())
  return standings.map(standing => {
    const line = `  ${String(counts[standing]).padStart(4)}  ${standingWords[standing]}`
    return counts[standing] === 0 ? colors.dim(line) : paint(colors, standing, line)
  })
}

const acceptanceLine = (reportPath: string) =>
  `To accept what is broken for now: connreq baseline ${visibleText(dirname(reportPath))}`

interface Layout extends SummaryOptions {
  colors: Colors
  width: number
}

const indent = '    '
const widestLabel = 9

function findingLines(record: RunRecord, finding: FindingInScenario, layout: Layout): string[] {
  const { scenario, metric, requirement, verdicts } = finding
  const { colors, width } = layout
  const measurement = measurementText(metric)
  const playing = verdicts.length > 1 ? ` of repetition ${scenario.repetition}` : ''
  const facts: [label: string, text: string | undefined][] = [
    ['metric', `${metric.name} of ${scenario.id}: ${metric.sentence}`],
    ['playings', playingsText(verdicts)],
    ...(metric.expected ?? []).map((text, index): [string, string] => [index === 0 ? 'expected' : 'or', text]),
    ['actual', metric.actual],
    ['also seen', alsoSeenText(metric)],
    ['known', metric.known && markText(metric.known)],
    ['reason', metric.reason],
    ['time', measurement],
    ['evidence', metric.evidence?.length ? `timeline entries ${metric.evidence.join(', ')}${playing}` : undefined],
    [metric.verdict === 'inconclusive' ? 'to decide' : 'repeat', repeatCommand(record, finding)],
  ]
  const title = [metric.requirement, ...(requirement ? [requirement.clause, requirement.level] : [])].join('  ')
  const sentence = wrapText(visibleText(requirement?.sentence ?? ''), width - indent.length)
  return [
    `  ${colors.bold(visibleText(title))}`,
    ...(requirement ? sentence.map(text => indent + text) : []),
    ...facts.flatMap(([label, text]) => (text === undefined ? [] : factLines(label, visibleText(text), layout))),
  ]
}

function factLines(label: string, text: string, { colors, width }: Layout): string[] {
  const [first = '', ...rest] = wrapText(text, width - indent.length - widestLabel - 2)
  const hanging = ' '.repeat(indent.length + widestLabel + 2)
  return [`${indent}${colors.dim(label.padEnd(widestLabel))}  ${first}`, ...rest.map(line => hanging + line)]
}

function notApplicableLines(record: RunRecord, colors: Colors, width: number): string[] {
  if (record.notApplicable.length === 0) return []
  return [
    '',
    colors.dim(`NOT APPLICABLE, SCENARIOS (${record.notApplicable.length})`),
    ...record.notApplicable.flatMap(({ id, reason, wouldApplyIf }) =>
      wrapText(
        visibleText(`${id}: ${reason}${wouldApplyIf === undefined ? '' : ` It would apply if ${wouldApplyIf}.`}`),
        width - 2,
      ).map((line, index) => colors.dim(`${index === 0 ? '  ' : indent}${line}`)),
    ),
  ]
}
