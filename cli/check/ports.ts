import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { type Finding, fine, note, problem } from './finding.ts'
import { addressList, type MachineAddress } from './machine.ts'
import { type Place, placeText } from './places.ts'
import { portOwner } from './port-owner.ts'

/** Opens every place for a moment, all at the same time, so that two of one port are found too. */
export async function portFindings(places: readonly Place[], machine: readonly MachineAddress[]): Promise<Finding[]> {
  const held: { place: Place; close: () => void }[] = []
  const findings: Finding[] = []
  for (const place of places) {
    try {
      held.push({ place, close: await (place.protocol === 'udp' ? openUdp(place) : openTcp(place)) })
      findings.push(...usable(place))
    } catch (error) {
      const rival = held.find(
        other => other.place.protocol === place.protocol && other.place.port === place.port && place.port !== 0,
      )
      findings.push(unusable(place, error as NodeJS.ErrnoException, { rival: rival?.place, machine }))
    }
  }
  for (const { close } of held) close()
  return findings
}

function openTcp({ address, port }: Place): Promise<() => void> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port }, () => resolve(() => void server.close()))
  })
}

function openUdp({ address, port }: Place): Promise<() => void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', error => {
      socket.close()
      reject(error)
    })
    socket.bind({ address, port, exclusive: true }, () => resolve(() => void socket.close()))
  })
}

function usable(place: Place): Finding[] {
  const text = `The ${place.server} can listen on ${placeText(place)}.`
  if (place.port !== 0) return [fine('port', text)]
  return [
    note(
      'port',
      `The ${place.server} takes any free port, another one in each run.`,
      `Name a port in ${place.setting}: what the device is told must stay true, and firewalls must know it.`,
    ),
  ]
}

function unusable(
  place: Place,
  error: NodeJS.ErrnoException,
  { rival, machine }: { rival: Place | undefined; machine: readonly MachineAddress[] },
): Finding {
  const { address, setting } = place
  const port = `Port ${place.port}${place.protocol === 'udp' ? ' (UDP)' : ''}`
  switch (error.code) {
    case 'EADDRINUSE': {
      if (rival !== undefined)
        return problem('port', `${rival.setting} and ${setting} name the same port, ${place.port}.`, 'Change one.')
      const owner = portOwner(place)
      const who = owner ? `${owner.name} (process ${owner.pid})` : 'another program'
      return problem(
        'port',
        `${port} is taken by ${who}.`,
        owner ? `End it, or choose another port with ${setting}.` : `Choose another with ${setting}.`,
      )
    }
    case 'EADDRNOTAVAIL':
      return problem(
        'port',
        `${address} is no address of this machine, which has ${addressList(machine)}.`,
        `Choose one of its own, or 0.0.0.0 for all, with ${setting}.`,
      )
    case 'EACCES':
      return problem(
        'port',
        `${port} may be used by privileged programs only.`,
        `Choose one above 1023 with ${setting}, or have a router pass ${place.port} on to it.`,
      )
    default:
      return problem(
        'port',
        `Nobody can listen on ${placeText(place)}: ${error.message}.`,
        `Choose another address or port with ${setting}.`,
      )
  }
}
