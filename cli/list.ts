import { faults, variants } from '../fixtures/simulated-cpe/simulated-cpe.ts'
import type { Requirement } from '../harness/verdict/requirement.ts'
import { knownRequirements } from '../suites/catalogue/catalogue.ts'
import { invariants, knownScenarios } from '../suites/scenarios.ts'
import { scenariosByRequirement } from './scenarios-by-requirement.ts'
import { jsonSchema } from './schemas/json-schemas.ts'
import type { SchemaName } from './schemas/schema-names.ts'

export interface ListOptions {
  requirements?: boolean | undefined
  scenarios?: boolean | undefined
  faults?: boolean | undefined
  json?: boolean | undefined
  /** Of what the JSON Schema is wanted; `true` for that of run.json. */
  schema?: SchemaName | true | undefined
}

/** `connreq list`: the catalogue, the scenarios, the faults and variants; everything where nothing is named. */
export function list(options: ListOptions): void {
  const { schema } = options
  if (schema) return say(JSON.stringify(jsonSchema(schema === true ? 'run' : schema), null, 2))
  const everything = !options.requirements && !options.scenarios && !options.faults
  const wanted = {
    ...(everything || options.requirements ? { requirements: requirementRows() } : {}),
    ...(everything || options.scenarios ? { scenarios: scenarioRows() } : {}),
    ...(everything || options.faults ? { faults: faultRows(), variants: variantRows() } : {}),
  }
  say(options.json ? JSON.stringify(wanted, null, 2) : textOf(wanted))
}

interface Lists {
  requirements?: ReturnType<typeof requirementRows>
  scenarios?: ReturnType<typeof scenarioRows>
  faults?: ReturnType<typeof faultRows>
  variants?: ReturnType<typeof variantRows>
}

function requirementRows() {
  const judges = scenariosByRequirement()
  return knownRequirements().map(row => ({ ...row, scenarios: judges.get(row.id) ?? [] }))
}

function scenarioRows() {
  return [...knownScenarios(), invariants].map(({ id, title, purpose, metrics }) => ({
    id,
    title,
    purpose,
    requirements: [...new Set(Object.values(metrics).map(({ requirement }) => requirement))],
  }))
}

const faultRows = () =>
  faults.map(({ id, transport, requirement, alsoBreaks, does }) => ({ id, transport, requirement, alsoBreaks, does }))
const variantRows = () => variants.map(({ id, transport, does }) => ({ id, transport, does }))

function textOf({ requirements, scenarios: played, faults: broken, variants: different }: Lists): string {
  return [
    section('Requirements', requirements, row => [
      `${row.id}  ${row.level}  ${row.clause}`,
      row.sentence,
      row.scenarios.length > 0 ? `judged by ${row.scenarios.join(', ')}` : untestedText(row),
    ]),
    section('Scenarios', played, row => [`${row.id}  ${row.title}`, row.purpose, row.requirements.join(', ')]),
    section('Faults of the simulated device', broken, row => [
      `${row.id}  breaks ${[row.requirement, ...row.alsoBreaks].join(', ')}`,
      row.does,
    ]),
    section('Conforming variants of the simulated device', different, row => [row.id, row.does]),
  ]
    .filter(text => text !== '')
    .join('\n\n')
}

function section<Row>(title: string, rows: readonly Row[] | undefined, linesOf: (row: Row) => string[]): string {
  if (!rows) return ''
  const texts = rows.map(row =>
    linesOf(row)
      .map((line, index) => `${index === 0 ? '  ' : '      '}${line}`)
      .join('\n'),
  )
  return [`${title} (${rows.length})`, ...texts].join('\n')
}

const untestedText = ({ untested }: Requirement) =>
  untested ? `not tested (${untested.kind}): ${untested.reason}` : 'not tested: no scenario judges it yet'

const say = (text: string) => void process.stdout.write(`${text}\n`)
