import { nearestWord } from '../../harness/device/nearest-word.ts'
import type { Scenario } from '../../harness/scenario.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import type { Metric } from '../../harness/verdict/metric.ts'
import type { Requirement, Severity } from '../../harness/verdict/requirement.ts'
import type { OwnRequirement, Suite } from '../suite.ts'

/** What is known before the suite that is checked. */
export interface KnownBefore {
  /** Requirements by their ids. */
  requirements: ReadonlyMap<string, Requirement>
  /** By the id of a scenario: where it is from. */
  scenarios: ReadonlyMap<string, string>
  /** Names of suites. */
  suites: readonly string[]
}

const levels: readonly Requirement['level'][] = ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY', 'INFO']
const neededTexts = ['clause', 'sentence'] as const
const optionalTexts = ['since', 'alternatives', 'basis', 'warningAtMost', 'likelyCause'] as const
const requirementKeys = ['id', 'level', 'untested', ...neededTexts, ...optionalTexts]
const untestedKinds = ['not-yet', 'not-observable', 'harness-duty', 'information']
const scenarioTexts = ['title', 'purpose'] as const
const scenarioFunctions = ['applies', 'windows', 'run', 'judge'] as const
const severities: readonly Severity[] = ['must', 'should', 'weak-must']

/** A line for people: it has something in it, and nothing that is invisible. */
const isLine = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && visibleText(value) === value
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is wrong with what a file exports as `suite`, a sentence each; none when it can be played. */
export function problemsOfSuite(exported: unknown, known: KnownBefore): string[] {
  if (!isRecord(exported)) return ['"suite" is no object; export const suite = defineSuite({ name, scenarios }).']
  const { name, requirements = [], scenarios } = exported
  if (!isLine(name)) return ['the suite has no name; give it one line of text.']
  if (known.suites.includes(name)) return [`there are two suites named "${name}"; rename one of them.`]
  if (!Array.isArray(requirements)) return ['"requirements" is no list.']
  if (!Array.isArray(scenarios) || scenarios.length === 0) return ['the suite has no scenarios.']
  const shapes = [
    ...requirements.flatMap((row: unknown, index) => shapeOfRequirement(row, index)),
    ...scenarios.flatMap((scenario: unknown, index) => shapeOfScenario(scenario, index)),
  ]
  return shapes.length > 0 ? shapes : problemsOfIds({ name, requirements, scenarios }, known)
}

function shapeOfRequirement(row: unknown, index: number): string[] {
  if (!isRecord(row)) return [`requirement ${index + 1} is no object.`]
  const { id, level, untested } = row
  if (typeof id !== 'string' || !/^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$/.test(id))
    return [`requirement ${index + 1} has no usable id; write it in capitals with a number, like ACME-01.`]
  const unknown = Object.keys(row).filter(key => !requirementKeys.includes(key))
  return [
    ...unknown.map(key => `there is no "${key}"; did you mean ${nearestWord(key, requirementKeys)}?`),
    ...(levels.some(known => known === level) ? [] : [`its level must be one of ${levels.join(', ')}.`]),
    ...neededTexts.filter(key => !isLine(row[key])).map(key => `its ${key} is missing; write one line of text.`),
    ...optionalTexts.filter(key => row[key] !== undefined && !isLine(row[key])).map(key => `its ${key} is no text.`),
    ...(untested === undefined || isUntested(untested)
      ? []
      : [`its untested must be { kind, reason } with a kind of ${untestedKinds.join(', ')}.`]),
  ].map(problem => `requirement ${id}: ${problem}`)
}

const isUntested = (value: unknown) =>
  isRecord(value) && untestedKinds.includes(String(value['kind'])) && isLine(value['reason'])

function shapeOfScenario(scenario: unknown, index: number): string[] {
  if (!isRecord(scenario)) return [`scenario ${index + 1} is no object; make it with scenario({ ... }).`]
  const { id, metrics, long } = scenario
  if (typeof id !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    return [`scenario ${index + 1} has no usable id; write it in small letters, like acme-quiet-boot.`]
  const rows = isRecord(metrics) ? Object.entries(metrics) : []
  return [
    ...scenarioTexts.filter(key => !isLine(scenario[key])).map(key => `its ${key} is missing; write one line of text.`),
    ...scenarioFunctions.filter(key => typeof scenario[key] !== 'function').map(key => `its ${key} is no function.`),
    ...(rows.length > 0 ? [] : ['it judges nothing; give it metrics, each by must() or should().']),
    ...rows.filter(([, metric]) => !isMetric(metric)).map(([name]) => `its metric ${name} is none; write must(...).`),
    ...(long === undefined || (isRecord(long) && isLine(long['why'])) ? [] : ['its long must be { why }.']),
  ].map(problem => `scenario ${id}: ${problem}`)
}

const isMetric = (metric: unknown): metric is Metric =>
  isRecord(metric) &&
  typeof metric['requirement'] === 'string' &&
  isLine(metric['sentence']) &&
  severities.some(severity => severity === metric['severity'])

/** Only of a suite whose shape is right. */
function problemsOfIds({ name, requirements = [], scenarios }: Suite, known: KnownBefore): string[] {
  const own = new Map(requirements.map(row => [row.id, row]))
  const judged = new Set(scenarios.flatMap(({ metrics }) => Object.values(metrics).map(metric => metric.requirement)))
  const knownIds = [...known.requirements.keys(), ...own.keys()]
  return [
    ...twice(requirements).map(id => `requirement ${id} is there twice.`),
    ...twice(scenarios).map(id => `scenario ${id} is there twice.`),
    ...requirements
      .filter(({ id }) => known.requirements.has(id))
      .map(
        ({ id }) => `requirement ${id}: ${ownerOf(known.requirements.get(id))} has that id already; choose another.`,
      ),
    ...scenarios
      .filter(({ id }) => known.scenarios.has(id))
      .map(({ id }) => `scenario ${id}: ${known.scenarios.get(id)} has that id already; choose another.`),
    ...requirements.flatMap(row => judgedAsSaid(row, judged, name)),
    ...scenarios.flatMap(scenario =>
      Object.entries(scenario.metrics).flatMap(([metric, { requirement, severity }]) => {
        const row = own.get(requirement) ?? known.requirements.get(requirement)
        const where = `scenario ${scenario.id}, metric ${metric}`
        if (row === undefined)
          return [
            `${where}: there is no requirement ${requirement}; did you mean ${nearestWord(requirement, knownIds)}?`,
          ]
        const right = severityFor(row)
        if (severity === right) return []
        return [`${where}: ${requirement} is ${kindOf(row)}, so write ${callFor[right]}, not ${callFor[severity]}.`]
      }),
    ),
  ]
}

const ownerOf = (row: Requirement | undefined) =>
  row?.suite === undefined ? 'the catalogue' : `the suite "${row.suite}"`

function judgedAsSaid({ id, untested }: OwnRequirement, judged: ReadonlySet<string>, name: string): string[] {
  if (untested !== undefined && judged.has(id))
    return [`requirement ${id} is called untested, but a scenario judges it.`]
  if (untested !== undefined || judged.has(id)) return []
  return [`requirement ${id}: no scenario of "${name}" judges it; say why by untested: { kind, reason }.`]
}

const callFor: Record<Severity, string> = { must: 'must(...)', should: 'should(...)', 'weak-must': 'weakMust(...)' }

const kindOf = ({ level, warningAtMost }: Pick<Requirement, 'level' | 'warningAtMost'>) =>
  level.startsWith('MUST') && warningAtMost !== undefined ? `a ${level} that can bring a warning at most` : `a ${level}`

/** How hard a metric must be, by its requirement: a MUST fails the device only where its basis is firm. */
export function severityFor({ level, warningAtMost }: Pick<Requirement, 'level' | 'warningAtMost'>): Severity {
  if (!level.startsWith('MUST')) return 'should'
  return warningAtMost === undefined ? 'must' : 'weak-must'
}

function twice(rows: readonly { id: string }[]): string[] {
  const ids = rows.map(({ id }: Pick<Scenario, 'id'>) => id)
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))]
}
