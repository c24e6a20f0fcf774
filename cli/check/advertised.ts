import { isIP } from 'node:net'
import { type Finding, fine, note, problem, problemUnlessCalled, type Subject } from './finding.ts'
import {
  addressList,
  inUrl,
  isEverywhere,
  isLinkLocal,
  isLoopback,
  isOfMachine,
  type MachineAddress,
} from './machine.ts'
import { type Place, placeText } from './places.ts'
import type { AdvertisedPlace, Reached } from './reach.ts'

/** What devices are told of a server, and what is known of it here. */
export interface Advertised extends AdvertisedPlace {
  about: Subject
  /** `The ACS` */
  server: string
  /** The key of the profile that says what devices are told. */
  setting: string
  /** Where our server listens; nothing where it is not ours. */
  listening: Place | undefined
}

/** Whether a device that is told this will find the server, as far as this machine can tell. */
export function advertisedFindings(
  advertised: Advertised,
  reached: Reached & { addresses: readonly string[] },
  machine: readonly MachineAddress[],
): Finding[] {
  const { about, server, setting, host } = advertised
  const serious = about === 'acs' ? problemUnlessCalled : problem
  const impossible = impossibleHost(advertised, machine)
  if (impossible !== undefined) return [serious(about, ...impossible)]
  const own = `Write an address of this machine in ${setting}: it has ${addressList(machine)}.`
  const findings: Finding[] = []
  if (reached.how === 'unresolved')
    return [
      note(
        about,
        `The DNS of this machine does not know ${host} (${reached.code}), which devices are told.`,
        `See that the DNS which the device asks knows it, or write an address in ${setting}.`,
      ),
    ]
  const isOurs = reached.addresses.some(address => isOfMachine(address, machine))
  const where = isIP(host) === 0 ? `${host} (${reached.addresses.join(', ')})` : host
  if (reached.how === 'unknown')
    return isOurs || advertised.listening === undefined
      ? []
      : [note(about, `${server}: devices are told ${host}, which is no address of this machine.`, own)]
  if (reached.how === 'ours') {
    if (isIP(host) === 0) findings.push(fine(about, `${where} leads to this machine.`))
    else if (!isOurs)
      findings.push(fine(about, `${host} is no address of this machine, but what is sent there is passed on to it.`))
    return findings
  }
  // A server that is not ours is the lab's own affair, as long as it answers.
  if (advertised.listening === undefined)
    return reached.how === 'not' ? [unanswered(advertised, reached.code)] : findings
  if (!isOurs)
    return [
      ...findings,
      serious(
        about,
        `${server}: devices are told ${where}, which is no address of this machine, and what is sent there from here does not arrive.`,
        about === 'acs'
          ? `${own} Where a router passes it on for devices alone, connreq check --wait shows whether they get through.`
          : own,
      ),
    ]
  return [...findings, serious(about, ...notHeard(advertised, advertised.listening, reached))]
}

/** A host that no device could use from elsewhere: what is wrong, and what to do. */
function impossibleHost(
  { host, setting, server }: Advertised,
  machine: readonly MachineAddress[],
): readonly [text: string, todo: string] | undefined {
  const choose = `Write an address of this machine in ${setting}: it has ${addressList(machine)}.`
  if (isEverywhere(host)) return [`${server}: ${host} is no place where anybody could be found.`, choose]
  if (isLinkLocal(host))
    return [
      `${server}: ${host} is link-local: it means another machine on each link, and the zone that would say which cannot stand in a URL (RFC 9844).`,
      choose,
    ]
  return undefined
}

/** Hosts by which only a device on this machine finds something, told of once each. */
export function loopbackFindings(advertised: readonly Advertised[]): Finding[] {
  const first = advertised.filter(({ host }, index) => advertised.findIndex(other => other.host === host) === index)
  return first
    .filter(({ host }) => isLoopback(host))
    .map(({ about, server, host, setting }) =>
      note(
        about,
        `${server}: ${host} means this machine itself, so that only a device on it (connreq simulate) gets there.`,
        `For a device elsewhere write an address of this machine in ${setting}.`,
      ),
    )
}

const unanswered = ({ about, server, host, port, setting }: Advertised, code: string) =>
  problem(about, `${server}: nobody answers at ${inUrl(host)}:${port} (${code}).`, `Start it, or correct ${setting}.`)

/** Why a place of this machine is not where our server hears. */
function notHeard(
  { server, host, port, setting }: Advertised,
  listening: Place,
  reached: Reached,
): readonly [text: string, todo: string] {
  const at = placeText(listening)
  if (port !== listening.port && listening.port !== 0)
    return [
      `${server}: devices are told port ${port}, but it listens on ${at}${reached.how === 'somebody-else' ? '; something else answers there' : ''}.`,
      `Write port ${listening.port} in ${setting}, or port ${port} in ${listening.setting}.`,
    ]
  return [
    `${server}: devices are told ${host}, where it does not hear: it listens on ${at} only.`,
    `Write ${listening.address} in ${setting}, or 0.0.0.0:${listening.port} in ${listening.setting}.`,
  ]
}

/** Several addresses and none chosen: which one was taken. */
export function choiceFindings(taken: string, url: string, machine: readonly MachineAddress[]): Finding[] {
  const usable = machine.filter(({ address }) => !isLoopback(address) && !isLinkLocal(address))
  if (usable.length < 2 || !usable.some(({ address }) => address === taken)) return []
  return [
    note(
      'address',
      `The profile does not say which address of this machine faces the device; of ${addressList(machine)} the first was taken.`,
      `Another one is chosen with acs.url, for example acs: { url: "${withHost(url, usable.find(({ address }) => address !== taken)?.address ?? taken)}" }.`,
    ),
  ]
}

function withHost(url: string, host: string): string {
  const other = new URL(url)
  other.hostname = inUrl(host)
  return other.href
}
