import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import { partText } from '../../reports/part-text.ts'
import { UsageProblem } from '../usage-problem.ts'

/** One part of several, counted from 1. */
export type Shard = NonNullable<ConformanceSettings['shard']>

/** Where CI engines tell which part this job is; see docs/ci/README.md. */
interface Engine {
  name: string
  variables: readonly string[]
  /** What they say; nothing where this engine says nothing. @throws UsageProblem */
  tell: (environment: Environment) => Shard | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** More parts than a lab has machines: a typing error. */
const mostParts = 10_000

const engines: readonly Engine[] = [
  {
    name: 'the environment',
    variables: ['CONNREQ_SHARD'],
    tell: environment => {
      const text = environment['CONNREQ_SHARD']
      return text === undefined || text === '' ? undefined : writtenShard(text, 'CONNREQ_SHARD')
    },
  },
  {
    name: 'GitLab',
    variables: ['CI_NODE_INDEX', 'CI_NODE_TOTAL'],
    tell: environment => {
      const total = given(environment, 'CI_NODE_TOTAL')
      if (total === undefined) return undefined
      // A job without `parallel` is told the total 1 and no index.
      const index = given(environment, 'CI_NODE_INDEX') ?? (total === '1' ? '1' : undefined)
      return shardOf(index, total, { index: 'CI_NODE_INDEX', total: 'CI_NODE_TOTAL', first: 1 })
    },
  },
  {
    name: 'Kubernetes',
    variables: ['JOB_COMPLETION_INDEX', 'CONNREQ_SHARD_TOTAL'],
    tell: environment => {
      const index = given(environment, 'JOB_COMPLETION_INDEX')
      if (index === undefined) return undefined
      const total = given(environment, 'CONNREQ_SHARD_TOTAL')
      return shardOf(index, total, { index: 'JOB_COMPLETION_INDEX', total: 'CONNREQ_SHARD_TOTAL', first: 0 })
    },
  },
]

/**
 * The part that `--shard` names: `2/5`, or `auto` for what the CI engine says of this job.
 * @returns nothing for the only part of one, which is everything
 * @throws UsageProblem where it is no part, or the engine does not tell, or tells two different ones
 */
export function readShard(text: string, environment: Environment): Shard | undefined {
  const shard = text === 'auto' ? shardFromEngine(environment) : writtenShard(text, '--shard')
  return shard.total === 1 ? undefined : shard
}

/** The part's own items of a list: the index-th, and from there every total-th. */
export function shareOf<Item>(list: readonly Item[], { index, total }: Shard): Item[] {
  return list.filter((_, position) => position % total === index - 1)
}

/**
 * Of several devices those that are the part's own; all of them without a part.
 * @throws UsageProblem where there are fewer devices than parts
 */
export function ownDevices<Device>(devices: readonly Device[], shard: Shard | undefined): readonly Device[] {
  if (!shard) return devices
  if (shard.total > devices.length)
    throw new UsageProblem(
      `There ${devices.length === 1 ? 'is 1 device' : `are ${devices.length} devices`} and ${shard.total} parts, each of which takes whole devices: divide them into fewer parts.`,
    )
  return shareOf(devices, shard)
}

function shardFromEngine(environment: Environment): Shard {
  const told = engines.flatMap(engine => {
    const shard = engine.tell(environment)
    return shard ? [{ shard, variables: engine.variables }] : []
  })
  // Each job of GitLab is told that it is the only one where nothing divides it.
  const parts = told.filter(({ shard }) => shard.total > 1)
  const [first, ...others] = parts.length > 0 ? parts : told
  if (!first)
    throw new UsageProblem(
      `--shard auto cannot tell which part this is: the environment has none of ${engines.map(describeEngine).join(', ')}. ` +
        'Set CONNREQ_SHARD=2/5, or write --shard 2/5.',
    )
  const other = others.find(({ shard }) => shard.index !== first.shard.index || shard.total !== first.shard.total)
  if (other)
    throw new UsageProblem(
      `--shard auto is told two different parts: ${saying(first)}, but ${saying(other)}. Write the part itself: --shard 2/5.`,
    )
  return first.shard
}

const describeEngine = ({ name, variables: [first] }: Engine) =>
  name === 'the environment' ? String(first) : `${first} (${name})`

const saying = ({ shard, variables }: { shard: Shard; variables: readonly string[] }) =>
  `${variables.join(' and ')} ${variables.length > 1 ? 'say' : 'says'} ${partText(shard)}`

function writtenShard(text: string, where: string): Shard {
  const [, index, total] = /^(\d{1,9})\/(\d{1,9})$/.exec(text.trim()) ?? []
  if (index === undefined || total === undefined)
    throw new UsageProblem(
      `${where} is "${text}"; write the part and their number, 2/5${where === '--shard' ? ', or auto' : ''}.`,
    )
  return checked(Number(index), Number(total), `${where} is ${text}`)
}

function shardOf(
  index: string | undefined,
  total: string | undefined,
  names: { index: string; total: string; first: 0 | 1 },
): Shard {
  if (index === undefined || total === undefined) {
    const [there, missing] = index === undefined ? [names.total, names.index] : [names.index, names.total]
    throw new UsageProblem(`--shard auto finds ${there} in the environment, but not ${missing}: set it too.`)
  }
  const what = `${names.index} is ${index} and ${names.total} is ${total}`
  if (!/^\d{1,9}$/.test(index) || !/^\d{1,9}$/.test(total))
    throw new UsageProblem(`${what}: both must be whole numbers.`)
  return checked(Number(index) - names.first + 1, Number(total), what)
}

function checked(index: number, total: number, what: string): Shard {
  if (total < 1 || index < 1 || index > total)
    throw new UsageProblem(`${what}: there is no part ${index} of ${total}; parts count from 1.`)
  if (total > mostParts) throw new UsageProblem(`${what}: that is more than ${mostParts} parts.`)
  return { index, total }
}

const given = (environment: Environment, name: string) => environment[name] || undefined
