import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { inUrl, isEverywhere, isLinkLocal, isLoopback, type MachineAddress } from '../check/machine.ts'
import type { ProfileAnswers } from './answers.ts'

/** How many ports above the ordinary one are tried. */
const triedPorts = 50

/** The ordinary port, or the next one above it that nobody has. */
export async function freePort(protocol: 'tcp' | 'udp', ordinary: number): Promise<number> {
  for (let port = ordinary; port < ordinary + triedPorts; port++)
    if (await (protocol === 'tcp' ? canListen(port) : canBind(port))) return port
  return ordinary
}

function canListen(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', () => resolve(false))
    server.listen({ port, host: '0.0.0.0' }, () => server.close(() => resolve(true)))
  })
}

function canBind(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise(resolve => {
    socket.once('error', () => socket.close(() => resolve(false)))
    socket.bind({ port, address: '0.0.0.0', exclusive: true }, () => socket.close(() => resolve(true)))
  })
}

/** The ports that a profile gets. */
export interface Ports {
  acs: number
  xmpp: number
  stun: number
}

export const ordinaryPorts: Ports = { acs: 7547, xmpp: 5222, stun: 3478 }

export const freePorts = async (): Promise<Ports> => ({
  acs: await freePort('tcp', ordinaryPorts.acs),
  xmpp: await freePort('tcp', ordinaryPorts.xmpp),
  stun: await freePort('udp', ordinaryPorts.stun),
})

/** The addresses that may face a device, the likeliest first. */
export const facing = (machine: readonly MachineAddress[]): MachineAddress[] =>
  machine.filter(({ address }) => !isLoopback(address) && !isLinkLocal(address))

/** Where the ACS listens and how the device calls it, by the address that faces the device. */
export function acsAt(address: string, port: number, { tls }: { tls: boolean }) {
  const listen = isLoopback(address) ? address : address.includes(':') ? '::' : '0.0.0.0'
  const host = isEverywhere(address) ? '127.0.0.1' : address
  return {
    acsListen: `${inUrl(listen)}:${port}`,
    acsUrl: `${tls ? 'https' : 'http'}://${inUrl(host)}:${port}/acs`,
  }
}

/** The servers beside the ACS: told of only where they are asked for, or where the ordinary port is taken. */
export function otherListens(
  acsListen: string,
  { features, ports }: { features: ProfileAnswers['features']; ports: Ports },
): Pick<ProfileAnswers, 'xmppListen' | 'stunListen'> {
  const host = acsListen.slice(0, acsListen.lastIndexOf(':'))
  const needed = (feature: 'auto' | boolean, port: number, ordinary: number) =>
    feature === true || (feature === 'auto' && (port !== ordinary || host.includes('127.')))
  return {
    ...(needed(features.xmpp, ports.xmpp, ordinaryPorts.xmpp) ? { xmppListen: `${host}:${ports.xmpp}` } : {}),
    ...(needed(features.udp, ports.stun, ordinaryPorts.stun) ? { stunListen: `${host}:${ports.stun}` } : {}),
  }
}

/** What is written where nobody is asked. */
export function defaultAnswers(machine: readonly MachineAddress[], ports: Ports): ProfileAnswers {
  const [first] = facing(machine)
  const place = acsAt(first?.address ?? '127.0.0.1', ports.acs, { tls: false })
  const features = { http: 'auto', udp: 'auto', xmpp: 'auto' } as const
  return {
    ...place,
    tls: false,
    features,
    authentication: { scheme: 'none' },
    reboot: 'rpc',
    canBeReset: false,
    ...otherListens(place.acsListen, { features, ports }),
    heard: [],
  }
}
