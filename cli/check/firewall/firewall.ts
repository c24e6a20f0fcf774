import { isIPv6 } from 'node:net'
import { type Finding, fine, note, problem, problemUnlessCalled } from '../finding.ts'
import { inUrl, isEverywhere, isLoopback, type MachineAddress, neighbourOf } from '../machine.ts'
import type { Place } from '../places.ts'
import { type FirstPacket, loopbackInterface } from './packet.ts'
import type { Firewall } from './read-firewall.ts'
import { type Fate, fateIn, type Table } from './ruleset.ts'

/** The device, as far as it is known. */
export interface Caller {
  address?: string | undefined
  machine: readonly MachineAddress[]
}

/** Whether the rules of this machine let a device through to each place. */
export function firewallFindings(firewall: Firewall, places: readonly Place[], caller: Caller): Finding[] {
  const asked = places.filter(({ address, port }) => port !== 0 && !isLoopback(address))
  if (asked.length === 0) return []
  const findings = asked.flatMap(place => {
    const fates = packetsTo(place, caller).flatMap(packet =>
      firewall.tables.map(table => ({ table, ...fateIn(table, packet) })),
    )
    const worst = fates.find(({ fate }) => fate === 'dropped') ?? fates.find(({ fate }) => fate === 'perhaps-dropped')
    return worst === undefined || worst.fate === 'accepted' ? [] : [findingOf(place, worst.table, worst, caller)]
  })
  const ports = asked.map(portText).join(', ')
  if (firewall.unread !== undefined)
    return [
      ...findings,
      note(
        'firewall',
        firewall.unread,
        `See yourself that it lets ${ports} in: sudo nft list ruleset, or sudo iptables-save.`,
      ),
    ]
  if (findings.length > 0) return findings
  return [
    fine(
      'firewall',
      firewall.tables.some(({ entries }) => entries.length > 0)
        ? `The firewall of this machine lets devices through to ${ports}.`
        : 'This machine has no firewall rules for what comes in.',
    ),
  ]
}

function packetsTo({ protocol, address, port }: Place, { address: from, machine }: Caller): FirstPacket[] {
  const family = (text: string) => (isIPv6(text) ? ('ip6' as const) : ('ip' as const))
  const families = from !== undefined ? [family(from)] : address === '::' ? (['ip', 'ip6'] as const) : [family(address)]
  const by = from === undefined ? undefined : interfaceTowards(from, machine)
  return families.map(each => ({
    protocol,
    port,
    family: each,
    ...(from === undefined ? {} : { from }),
    ...(isEverywhere(address) ? {} : { to: address }),
    ...(by === undefined ? {} : { interface: by }),
  }))
}

/** By which interface a device comes; what is not in one of our networks may come by any. */
function interfaceTowards(address: string, machine: readonly MachineAddress[]): string | undefined {
  if (isLoopback(address)) return loopbackInterface
  const outside = [...new Set(machine.filter(own => !isLoopback(own.address)).map(own => own.interface))]
  return neighbourOf(address, machine)?.interface ?? (outside.length === 1 ? outside[0] : undefined)
}

function findingOf(place: Place, table: Table, fate: Fate & { by: string; chain: string }, caller: Caller): Finding {
  const where = `${table.name}, ${fate.by}`
  const serious = place.server === 'ACS' ? problemUnlessCalled : problem
  if (fate.fate === 'dropped')
    return serious(
      'firewall',
      `The firewall of this machine drops what comes to ${portText(place)}: ${where}.`,
      `Let it in: ${opening(place, table, fate.chain)}`,
    )
  const sure = caller.address === undefined ? 'Say where the device is (--device ADDRESS), or let it in' : 'Let it in'
  return note(
    'firewall',
    `The firewall of this machine may drop what comes to ${portText(place)}, depending on what its rules ask: ${where}.`,
    `${sure}: ${opening(place, table, fate.chain)}`,
  )
}

const portText = ({ server, port, protocol, address }: Place) =>
  `${protocol.toUpperCase()} port ${port}${isEverywhere(address) ? '' : ` of ${inUrl(address)}`} (${server})`

/** A command that opens the port with what manages this table. */
function opening({ protocol, port }: Place, { name, chains }: Table, chain: string): string {
  if ([...chains.keys()].some(each => each.startsWith('ufw'))) return `sudo ufw allow ${port}/${protocol}`
  if (name.includes('firewalld')) return `sudo firewall-cmd --add-port=${port}/${protocol}`
  if (name.startsWith('ip')) return `sudo ${name} -I ${chain} -p ${protocol} --dport ${port} -j ACCEPT`
  const [, family, table] = /^table (\S+) (\S+)/.exec(name) ?? []
  return `sudo nft insert rule ${family} ${table} ${chain} ${protocol} dport ${port} accept`
}
