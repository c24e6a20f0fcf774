import type { FirstPacket } from './packet.ts'

/** Whether a condition holds for a packet; `undefined` where that cannot be told. */
export type Condition = (packet: FirstPacket) => boolean | undefined

export type Action =
  | { do: 'accept' | 'drop' | 'return' | 'nothing' }
  /** `goto` does not come back. */
  | { do: 'jump' | 'goto'; chain: string }

/** Conditions that must all hold, and what then happens. */
export interface Rule {
  conditions: Condition[]
  action: Action
  /** As the firewall has it, for people. */
  text: string
}

/** The chains of one table. */
export interface Table {
  /** `table inet filter of nftables` */
  name: string
  chains: Map<string, Rule[]>
  /** Where packets for this machine come in, in the order in which they pass. */
  entries: { chain: string; policy: 'accept' | 'drop'; priority: number }[]
  /** For which packets there is this table. */
  families: readonly FirstPacket['family'][]
}

/** What becomes of a packet. `by` names chain and rule, for people. */
export type Fate =
  | { fate: 'accepted' }
  | { fate: 'dropped'; by: string; chain: string }
  /** It depends on what is not known. */
  | { fate: 'perhaps-dropped'; by: string; chain: string }

type Outcome = 'accept' | 'drop' | 'return'

/** The packet's way through the entries of one table. */
export function fateIn(table: Table, packet: FirstPacket): Fate {
  if (!table.families.includes(packet.family)) return { fate: 'accepted' }
  let doubt: Fate | undefined
  for (const { chain, policy } of [...table.entries].sort((a, b) => a.priority - b.priority)) {
    const way = { table, packet, mayAccept: false, mayDrop: undefined as string | undefined, depth: 0, by: '' }
    const outcome = walk(way, chain)
    const dropped = outcome === 'drop' || (outcome === 'return' && policy === 'drop')
    const by = outcome === 'drop' ? way.by : `the policy of chain ${chain}`
    if (dropped && !way.mayAccept) return { fate: 'dropped', by, chain }
    if (dropped || way.mayDrop !== undefined)
      doubt ??= { fate: 'perhaps-dropped', by: dropped ? by : (way.mayDrop as string), chain }
  }
  return doubt ?? { fate: 'accepted' }
}

interface Way {
  table: Table
  packet: FirstPacket
  /** A rule that may hold would have let it in. */
  mayAccept: boolean
  /** A rule that may hold would have dropped it. */
  mayDrop: string | undefined
  /** The rule that dropped it. */
  by: string
  depth: number
}

const deepest = 32

function walk(way: Way, chain: string): Outcome {
  if (way.depth > deepest) return 'return'
  for (const rule of way.table.chains.get(chain) ?? []) {
    const holds = all(rule.conditions.map(condition => condition(way.packet)))
    if (holds === false) continue
    const outcome = follow(way, rule, chain, holds === true)
    if (outcome !== undefined) return outcome
  }
  return 'return'
}

/** What a rule does; nothing where the packet goes on to the next rule. */
function follow(way: Way, { action, text }: Rule, chain: string, surely: boolean): Outcome | undefined {
  const by = `chain ${chain}: ${text}`
  switch (action.do) {
    case 'accept':
    case 'drop':
      if (surely) {
        if (action.do === 'drop') way.by = by
        return action.do
      }
      note(way, action.do, by)
      return undefined
    case 'return':
      if (surely) return 'return'
      // What comes after it in this chain may then not be asked.
      way.mayAccept = true
      return undefined
    case 'nothing':
      return undefined
    default: {
      way.depth++
      const outcome = walk(way, action.chain)
      way.depth--
      if (surely) return outcome === 'return' && action.do === 'jump' ? undefined : outcome
      if (outcome !== 'return') note(way, outcome, outcome === 'drop' ? way.by : by)
      return undefined
    }
  }
}

function note(way: Way, outcome: 'accept' | 'drop', by: string): void {
  if (outcome === 'accept') way.mayAccept = true
  else way.mayDrop ??= by
}

/** All of them; `undefined` where none fails but one is not known. */
function all(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(false)) return false
  return results.includes(undefined) ? undefined : true
}

export const not = (result: boolean | undefined): boolean | undefined => (result === undefined ? undefined : !result)
