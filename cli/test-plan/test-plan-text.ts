import type { Scenario } from '../../harness/scenario.ts'
import type { Requirement, Severity } from '../../harness/verdict/requirement.ts'
import { standingMeanings, standings, standingWords } from '../../reports/standing.ts'
import { catalogue, requirement } from '../../suites/catalogue/catalogue.ts'
import { scenariosByRequirement } from '../scenarios-by-requirement.ts'
import { anchor, linkTo, plain, table } from './markdown.ts'
import { procedureLines } from './procedure-text.ts'
import type { FunctionalityTag, TestCase, TestGroup } from './test-plan.ts'

/** The whole plan as Markdown. The same scenarios and the same catalogue give the same text. */
export const testPlanText = (groups: readonly TestGroup[]): string =>
  [
    ...head(groups),
    ...contents(groups),
    ...groups.flatMap(({ title, cases }) => [`## ${title}`, '', ...cases.flatMap(testCaseLines)]),
    ...requirementLines(),
  ].join('\n')

function head(groups: readonly TestGroup[]): string[] {
  const scenarios = groups.flatMap(({ cases }) => cases.map(({ scenario }) => scenario))
  const metrics = scenarios.flatMap(scenario => Object.values(scenario.metrics))
  const judged = new Set(metrics.map(metric => metric.requirement))
  return [
    '# Test plan: TR-069 Connection Requests',
    '',
    '<!-- Written by `npm run test-plan` from the scenarios and the catalogue. Changes made here are lost. -->',
    '',
    `${scenarios.length} test cases with ${metrics.length} metrics judge ${judged.size} of the ${catalogue.length} requirements of TR-069 Issue 1`,
    'Amendment 6 (CWMP 1.4) and its data models that touch Connection Requests, in our own words.',
    '',
    '## How to read it',
    '',
    '**Functionality Tag.** *Mandatory*: a metric judges a MUST of something that every device has. *Conditional',
    'Mandatory*: the same for devices that have the feature named, or labs that can do what is named; for others the test',
    'case is not applicable. *Recommended*: it judges no MUST.',
    '',
    '**Test Setup.** All test cases are played by `connreq run` with a profile (`connreq check` validates it): ConnReq is',
    'the ACS, the XMPP server and the STUN server; the device calls it in the ordinary way, and everything else at the',
    'device is at rest. Before the first test case the device is given the credentials for Connection Requests, a long',
    'periodic interval, and the settings of its XMPP and STUN client; after the last one it gets its own back. A test case',
    'adds what it needs besides.',
    '',
    '**Test Procedure.** The steps as they were taken with the conforming simulated device. Numbers that depend on the',
    'device or on the profile, such as periods and windows of our choice, are those of that run. A *window* is a time',
    'during which something must not happen, or is waited for to happen; silence counts only if an ordinary request still',
    'brings a session afterwards (positive control).',
    '',
    '**Test Metrics.** What a conforming device does, the requirement with its clause, level and basis, and what a breach',
    'is. The basis says what the requirement was taken from; only what rests on the text of the standard, its data models',
    'or its schemas can fail a device. What the standard allows besides stands below.',
    '',
    '**Verdicts.**',
    '',
    ...standings.map(standing => `- *${standingWords[standing]}*: ${plain(standingMeanings[standing])}`),
    '',
  ]
}

const contents = (groups: readonly TestGroup[]): string[] => [
  '## Contents',
  '',
  ...groups.flatMap(({ title, cases }) => [
    `**${title}**`,
    '',
    ...cases.map(({ scenario, tag }) => `- ${linkTo(scenario.id)} ${plain(scenario.title)}: ${tag.word}`),
    '',
  ]),
  '[Requirements](#requirements)',
  '',
]

function testCaseLines({ scenario, tag, setup, procedure }: TestCase): string[] {
  const { id, title, purpose } = scenario
  return [
    anchor(id),
    '',
    `### ${plain(title)}`,
    '',
    `\`${id}\``,
    '',
    `**Purpose.** ${plain(purpose)}`,
    '',
    `**Functionality Tag.** ${tagText(tag)}`,
    '',
    '**Test Setup**',
    '',
    ...(setup.length === 0 ? ['- Nothing besides.'] : setup.map(text => `- ${plain(text)}`)),
    '',
    '**Test Procedure**',
    '',
    ...(procedure.length === 0
      ? [
          'None of its own: the rules are looked for in everything that is seen from the first entry of a run to its last.',
        ]
      : procedureLines(procedure)),
    '',
    '**Test Metrics**',
    '',
    ...metricLines(scenario),
    '',
    ...alternativeLines(scenario),
  ]
}

const tagText = ({ word, conditions }: FunctionalityTag) =>
  conditions.length === 0 ? word : `${word} (${conditions.join('; ')})`

function metricLines({ metrics }: Scenario): string[] {
  const rows = Object.entries(metrics).map(([name, metric]) => {
    const { id, clause, level, basis } = requirement(metric.requirement)
    const breach = breaches[metric.severity]
    return [`\`${name}\``, plain(metric.sentence), linkTo(id), plain(clause), level, plain(basis), breach]
  })
  return table(['Metric', 'A conforming device', 'Requirement', 'Clause', 'Level', 'Basis', 'A breach is'], rows)
}

const breaches: Record<Severity, string> = {
  must: 'a fail',
  should: 'a warning',
  'weak-must': 'a warning at most',
}

function alternativeLines({ metrics }: Scenario): string[] {
  const ids = [...new Set(Object.values(metrics).map(metric => metric.requirement))]
  const allowed = ids.map(requirement).filter(({ alternatives }) => alternatives !== '')
  if (allowed.length === 0) return []
  return [
    '**Allowed besides**',
    '',
    ...allowed.map(({ id, alternatives }) => `- ${linkTo(id)}: ${plain(alternatives)}`),
    '',
  ]
}

function requirementLines(): string[] {
  const judges = scenariosByRequirement()
  return [
    '## Requirements',
    '',
    'Every requirement of the catalogue, the test cases that judge it, or why none does.',
    '',
    ...table(
      ['Requirement', 'Clause', 'Level', 'Since', 'Sentence', 'Basis', 'Judged by'],
      catalogue.map(row => [
        `${anchor(row.id)}${row.id}`,
        plain(row.clause),
        row.level,
        plain(row.since),
        plain(row.sentence),
        plain(basisText(row)),
        judges.get(row.id)?.map(linkTo).join(', ') ?? plain(`Not tested: ${row.untested?.reason ?? 'not yet.'}`),
      ]),
    ),
    '',
  ]
}

/** Where a breach is a warning at most, with the reason. */
const basisText = ({ basis, warningAtMost }: Requirement) =>
  warningAtMost === undefined ? basis : `${basis}. A warning at most: ${warningAtMost}`
