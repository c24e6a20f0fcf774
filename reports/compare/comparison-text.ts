import { durationText, measuredText, momentText } from '../durations.ts'
import { sourceText } from '../measurement.ts'
import {
  type Comparison,
  type Measurement,
  type RequirementChange,
  type RequirementChangeKind,
  requirementChangeKinds,
  type RunHead,
  type TimingShift,
} from './comparison.ts'
import { wordings } from './change-words.ts'
import { kindSection } from './requirement-change-text.ts'
import {
  changeLines,
  type ComparisonTextOptions,
  indented,
  type Layout,
  layoutOf,
  plainText,
  section,
} from './text-layout.ts'

/** A comparison for the terminal, what matters most first. Ends with a line end. */
export function comparisonText(comparison: Comparison, options: ComparisonTextOptions): string {
  const layout = layoutOf(options)
  const { before, after, caveats, circumstances, requirements, timing, properties, scenarios, metrics } = comparison
  const sectionOf = <T>(title: string, items: readonly T[], linesOf: (item: T) => string[]) =>
    section(layout.colors.bold(title), items.length, items.flatMap(linesOf))
  const named = (parts: string[]) => indented(parts.map(plainText).join(''), 2, 4, layout)
  return [
    ...indented(comparisonSentence(comparison), 0, 0, layout).map(layout.colors.bold),
    ...headLines('before', before, layout),
    ...headLines('after', after, layout),
    ...sectionOf('MIND', caveats, text => indented(plainText(text), 2, 2, layout)),
    ...sectionOf('DIFFERENT CIRCUMSTANCES', circumstances, change => changeLines(change, layout)),
    ...requirementChangeKinds.flatMap(kind => kindSection(kind, requirements[kind], layout)),
    ...sectionOf('TIMES THAT SHIFTED', timing, shift => indented(plainText(shiftText(shift)), 2, 4, layout)),
    ...sectionOf('BEHAVIOUR THAT CHANGED', properties, change => changeLines(change, layout)),
    ...(['gone', 'added'] as const).flatMap(side => [
      ...sectionOf(`SCENARIOS ONLY ${whens[side]}`, scenarios[side], ({ id, title, reason }) =>
        named([id, ': ', title, reason === undefined ? '' : `; in the other run: ${reason}`]),
      ),
      ...sectionOf(`METRICS ONLY ${whens[side]}`, metrics[side], ({ scenario, name, requirement }) =>
        named([requirement, '  ', name, ' of ', scenario]),
      ),
    ]),
    '',
  ].join('\n')
}

const whens = { gone: 'BEFORE', added: 'AFTER' }

/** What the comparison says in one sentence: "NEWLY BROKEN: 1 requirement; 2 repaired." */
export function comparisonSentence({ requirements, timing, properties, scenarios, metrics }: Comparison): string {
  const { newlyBroken } = requirements
  const counted = (count: number, one: string, several: string) =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : several}`]
  const parts = [
    ...requirementChangeKinds.flatMap(kind => (kind === 'newlyBroken' ? [] : countedText(kind, requirements[kind]))),
    ...counted(timing.length, 'time shifted', 'times shifted'),
    ...counted(properties.length, 'behaviour changed', 'behaviours changed'),
    ...counted(scenarios.gone.length + scenarios.added.length, 'scenario of one run only', 'scenarios of one run only'),
    ...counted(metrics.gone.length + metrics.added.length, 'metric of one run only', 'metrics of one run only'),
  ]
  if (newlyBroken.length > 0) return `NEWLY BROKEN: ${[brokenText(newlyBroken), ...parts].join('; ')}.`
  return parts.length > 0 ? `NOTHING NEWLY BROKEN: ${parts.join('; ')}.` : 'NO DIFFERENCE in what the two runs found.'
}

/** A breach that nobody looked for again is not repaired, and must not be taken for it. */
function countedText(kind: RequirementChangeKind, changes: readonly RequirementChange[]): string[] {
  if (changes.length === 0) return []
  const broken = changes.filter(({ before }) => before === 'broken').length
  const unrepaired = broken > 0 && kind !== 'repaired' && kind !== 'brokenOtherwise' ? ` (${broken} broken before)` : ''
  return [`${changes.length} ${wordings[kind].counted}${unrepaired}`]
}

function brokenText(newlyBroken: readonly RequirementChange[]): string {
  const unjudged = newlyBroken.filter(({ before }) => unjudgedStandings.has(before)).length
  const count = `${newlyBroken.length} requirement${newlyBroken.length === 1 ? '' : 's'}`
  return unjudged === 0 ? count : `${count}, ${unjudged} of which the run before did not judge`
}

const unjudgedStandings = new Set(['undecided', 'error', 'not-applicable', 'untested'])

function headLines(label: string, run: RunHead, layout: Layout): string[] {
  const { device, tool } = run
  const name = device.name ?? [device.manufacturer, device.productClass].filter(Boolean).join(' ')
  const facts = [
    name || 'unknown device',
    ...(device.firmware === undefined ? [] : [`firmware ${device.firmware}`]),
    momentText(run.startedAt),
    `${durationText(run.durationMs)} of ${run.clock} time`,
    `connreq ${tool.version}`,
  ]
  const column = 8
  return [
    '',
    ...indented(label.padEnd(column) + plainText(facts.join(', ')), 0, column, layout),
    ...indented(plainText(run.sentence), column, column, layout),
  ]
}

function shiftText({ scenario, name, requirement, before, after }: TimingShift): string {
  const change = after.measured - before.measured
  const percent = before.measured === 0 ? '' : ` (${signed(Math.round((100 * change) / Math.abs(before.measured)))} %)`
  const times = `${timeText(before)} → ${timeText(after)}${percent}`
  const limits = [...new Set([before, after].map(limitText))].join(' → ')
  return `${requirement}  ${name} of ${scenario}: ${times}${limits === '' ? '' : `; limit ${limits}`}`
}

const signed = (number: number) => (number > 0 ? `+${number}` : String(number))

const timeText = ({ measured, uncertainty }: Measurement) =>
  `${measuredText(measured)}${uncertainty === 0 ? '' : ` ± ${measuredText(uncertainty)}`}`

const limitText = ({ limit }: Measurement) =>
  limit === undefined ? '' : `${measuredText(limit.ms)} (${sourceText(limit)})`
