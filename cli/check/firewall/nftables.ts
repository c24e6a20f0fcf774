import { isIP } from 'node:net'
import { isInNetwork } from '../machine.ts'
import { comesBy, type FirstPacket } from './packet.ts'
import { type Action, type Condition, not, type Rule, type Table } from './ruleset.ts'

/** What `nft -j list ruleset` prints, as far as it is read: libnftables-json(5). */
type Json = Record<string, unknown>

/** The tables that packets for this machine pass, from the output of `nft -j list ruleset`. */
export function nftTables(output: string): Table[] {
  const objects = (JSON.parse(output) as { nftables: Json[] }).nftables
  const of = (kind: string) => objects.flatMap(object => (kind in object ? [object[kind] as Json] : []))
  const chains = of('chain')
  const rules = of('rule')
  const sets = [...of('set'), ...of('map')]
  return of('table')
    .filter(({ family }) => ['ip', 'ip6', 'inet'].includes(String(family)))
    .map(table => {
      const isInTable = (object: Json) => object['family'] === table['family'] && object['table'] === table['name']
      const named = new Map(sets.filter(isInTable).map(set => [`@${String(set['name'])}`, set['elem'] ?? []]))
      const own = chains.filter(isInTable)
      return {
        name: `table ${String(table['family'])} ${String(table['name'])} of nftables`,
        families: table['family'] === 'inet' ? ['ip', 'ip6'] : [table['family'] as FirstPacket['family']],
        chains: new Map(
          own.map(chain => [
            String(chain['name']),
            rules
              .filter(rule => isInTable(rule) && rule['chain'] === chain['name'])
              .flatMap(rule => ruleOf(rule, named)),
          ]),
        ),
        entries: own
          .filter(chain => chain['type'] === 'filter' && ['input', 'prerouting'].includes(String(chain['hook'])))
          .map(chain => ({
            chain: String(chain['name']),
            policy: chain['policy'] === 'drop' ? ('drop' as const) : ('accept' as const),
            // What comes by prerouting comes first, whatever its priority.
            priority: Number(chain['prio']) - (chain['hook'] === 'prerouting' ? 1e6 : 0),
          })),
      }
    })
}

type NamedSets = Map<string, unknown>

const unknown: Condition = () => undefined
/** They neither choose packets nor decide on them. */
const harmless = new Set(['counter', 'log', 'mangle', 'quota', 'notrack', 'ct helper', 'set', 'meter', 'flow'])

/** A rule; several where its verdict map has several. */
function ruleOf({ expr, handle, comment }: Json, sets: NamedSets): Rule[] {
  const conditions: Condition[] = []
  const statements = expr as Json[]
  const text = `rule ${String(handle)}${typeof comment === 'string' ? ` "${comment}"` : ''} (${words(statements)})`
  for (const statement of statements) {
    const [kind = ''] = Object.keys(statement)
    const action = actionOf(statement)
    if (action !== undefined) return [{ conditions, action, text }]
    if (kind === 'match') conditions.push(matchOf(statement['match'] as Json, sets))
    else if (kind === 'vmap') {
      const { key, data } = statement['vmap'] as { key: Json; data: { set?: [unknown, Json][] } | string }
      const pairs = typeof data === 'string' ? (sets.get(data) as [unknown, Json][] | undefined) : data.set
      // A map that cannot be read may drop anything.
      if (!Array.isArray(pairs)) return [{ conditions: [...conditions, unknown], action: { do: 'drop' }, text }]
      return pairs.map(([value, verdict]) => ({
        conditions: [...conditions, (packet: FirstPacket) => isIn(valueOf(key, packet), value, sets)],
        action: actionOf(verdict) ?? { do: 'nothing' },
        text,
      }))
    } else if (kind === 'queue') return [{ conditions: [...conditions, unknown], action: { do: 'drop' }, text }]
    else if (!harmless.has(kind)) conditions.push(unknown)
  }
  return []
}

function actionOf(statement: Json): Action | undefined {
  if ('accept' in statement) return { do: 'accept' }
  if ('drop' in statement || 'reject' in statement) return { do: 'drop' }
  if ('return' in statement) return { do: 'return' }
  for (const kind of ['jump', 'goto'] as const)
    if (kind in statement) return { do: kind, chain: String((statement[kind] as Json)['target']) }
  return undefined
}

function matchOf({ op, left, right }: Json, sets: NamedSets): Condition {
  return packet => {
    const value = valueOf(left as Json | undefined, packet)
    const fits = isIn(value, right, sets)
    if (op === '==' || op === 'in') return fits
    return op === '!=' ? not(fits) : undefined
  }
}

/** What is asked of the packet: its value, several names of it, a test, or nothing where it is not known. */
type Asked = { is: (string | number)[] } | { test: (against: string) => boolean | undefined } | undefined

const numberOf = { tcp: 6, udp: 17 } as const

function valueOf(left: Json | undefined, packet: FirstPacket): Asked {
  if (left === undefined) return undefined
  const [kind = ''] = Object.keys(left)
  const { key, protocol, field } = (left[kind] ?? {}) as Record<string, string | undefined>
  const l4 = { is: [packet.protocol, numberOf[packet.protocol]] }
  if (kind === 'ct' && key === 'state') return { is: ['new'] }
  if (kind === 'meta')
    switch (key) {
      case 'l4proto':
        return l4
      case 'nfproto':
        return { is: packet.family === 'ip' ? ['ipv4', 2] : ['ipv6', 10] }
      case 'protocol':
        return { is: [packet.family] }
      case 'iif':
      case 'iifname':
        return { test: pattern => comesBy(packet, pattern) }
      default:
        return undefined
    }
  if (kind !== 'payload') return undefined
  if (protocol === 'ip' || protocol === 'ip6') {
    if (protocol !== packet.family) return { is: [] }
    if (field === 'saddr') return packet.from === undefined ? undefined : { is: [packet.from] }
    if (field === 'daddr') return packet.to === undefined ? undefined : { is: [packet.to] }
    return field === 'protocol' || field === 'nexthdr' ? l4 : undefined
  }
  if (protocol !== 'th' && protocol !== packet.protocol) return { is: [] }
  return field === 'dport' ? { is: [packet.port] } : undefined
}

/** Whether what was asked is, or is among, what the rule says. */
function isIn(asked: Asked, right: unknown, sets: NamedSets): boolean | undefined {
  if (asked === undefined) return undefined
  if ('is' in asked && asked.is.length === 0) return false
  if (Array.isArray(right)) return among(right.map(item => isIn(asked, item, sets)))
  if (typeof right === 'string' && right.startsWith('@')) {
    const elements = sets.get(right)
    return Array.isArray(elements) ? isIn(asked, elements, sets) : undefined
  }
  if (typeof right === 'string' || typeof right === 'number')
    return 'test' in asked ? asked.test(String(right)) : asked.is.some(value => sameValue(value, right))
  if (right === null || typeof right !== 'object') return undefined
  const { set, range, prefix, elem } = right as {
    set?: unknown
    range?: [unknown, unknown]
    prefix?: { addr: string; len: number }
    elem?: { val: unknown }
  }
  if (set !== undefined) return isIn(asked, set, sets)
  if (elem !== undefined) return isIn(asked, elem.val, sets)
  if ('test' in asked) return undefined
  if (prefix !== undefined) return asked.is.some(value => isInNetwork(String(value), prefix.addr, prefix.len))
  const [low, high] = range ?? []
  if (typeof low !== 'number' || typeof high !== 'number') return undefined
  return asked.is.some(value => typeof value === 'number' && value >= low && value <= high)
}

const among = (results: readonly (boolean | undefined)[]): boolean | undefined =>
  results.includes(true) ? true : results.includes(undefined) ? undefined : false

const sameValue = (value: string | number, right: string | number) =>
  value === right ||
  (typeof value === 'string' && isIP(value) !== 0 && isInNetwork(value, String(right), isIP(value) === 6 ? 128 : 32))

/** The statements of a rule in a few words. */
const words = (statements: readonly Json[]): string =>
  statements
    .map(statement => {
      const [kind = ''] = Object.keys(statement)
      if (kind !== 'match') return kind
      const { left, right } = statement['match'] as { left: Json; right: unknown }
      const [place = ''] = Object.keys(left)
      const { protocol, field, key } = (left[place] ?? {}) as Record<string, string | undefined>
      return `${[protocol, field ?? key].filter(Boolean).join(' ')} ${typeof right === 'string' || typeof right === 'number' ? right : '…'}`
    })
    .join(', ')
