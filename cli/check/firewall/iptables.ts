import { isIP } from 'node:net'
import { isInNetwork } from '../machine.ts'
import { comesBy, type FirstPacket } from './packet.ts'
import { type Action, type Condition, not, type Rule, type Table } from './ruleset.ts'

/** The filter table from the output of `iptables-save` or `ip6tables-save`, where there is one. */
export function iptablesTables(output: string, family: FirstPacket['family']): Table[] {
  const chains = new Map<string, Rule[]>()
  let policy: 'accept' | 'drop' = 'accept'
  let table = ''
  for (const line of output.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim()
    if (table !== 'filter') continue
    const [, chain, named] = /^:(\S+) (\S+)/.exec(line) ?? []
    if (chain !== undefined) chains.set(chain, [])
    if (chain === 'INPUT' && named === 'DROP') policy = 'drop'
    const [, to = '', rest = ''] = /^-A (\S+) ?(.*)$/.exec(line) ?? []
    if (to !== '') chains.set(to, [...(chains.get(to) ?? []), ruleOf(rest)])
  }
  if (!chains.has('INPUT')) return []
  return [
    {
      name: family === 'ip' ? 'iptables' : 'ip6tables',
      families: [family],
      chains,
      entries: [{ chain: 'INPUT', policy, priority: 0 }],
    },
  ]
}

const unknown: Condition = () => undefined

function ruleOf(text: string): Rule {
  const conditions: Condition[] = []
  let action: Action = { do: 'nothing' }
  const words = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []
  for (let at = 0; at < words.length; at++) {
    const negated = words[at] === '!'
    if (negated) at++
    const [option = '', value = ''] = [words[at], words[at + 1]]
    if (option === '-m' || option === '--comment' || option === '--log-prefix') at++
    else if (option === '-j' || option === '-g') {
      action = actionOf(value, option)
      // What comes after it are options of the target.
      break
    } else {
      const condition = conditionOf(option, value)
      conditions.push(negated ? packet => not(condition(packet)) : condition)
      if (!value.startsWith('-')) at++
    }
  }
  return { conditions, action, text }
}

function actionOf(target: string, option: '-j' | '-g'): Action {
  if (target === 'ACCEPT') return { do: 'accept' }
  if (target === 'DROP' || target === 'REJECT') return { do: 'drop' }
  if (target === 'RETURN') return { do: 'return' }
  if (/^(LOG|NFLOG|MARK|CONNMARK|CT|TRACE|AUDIT|NOTRACK)$/.test(target)) return { do: 'nothing' }
  return { do: option === '-g' ? 'goto' : 'jump', chain: target }
}

function conditionOf(option: string, value: string): Condition {
  switch (option) {
    case '-p':
      return packet => value === packet.protocol || value === 'all'
    case '--dport':
    case '--dports':
    case '--destination-ports':
      return ({ port }) => value.split(',').some(range => isInRange(port, range))
    case '-i':
      return packet => comesBy(packet, value)
    case '-s':
      return ({ from }) => (from === undefined ? undefined : isInPrefix(from, value))
    case '-d':
      return ({ to }) => (to === undefined ? undefined : isInPrefix(to, value))
    case '--ctstate':
    case '--state':
      return () => value.split(',').includes('NEW')
    case '--icmp-type':
    case '--icmpv6-type':
      return () => false
    default:
      return unknown
  }
}

function isInRange(port: number, range: string): boolean {
  const [low, high = low] = range.split(':')
  return port >= Number(low) && port <= Number(high)
}

function isInPrefix(address: string, text: string): boolean {
  const [network = '', prefix = isIP(network) === 6 ? '128' : '32'] = text.split('/')
  return isInNetwork(address, network, Number(prefix))
}
