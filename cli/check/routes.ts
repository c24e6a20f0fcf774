import { createSocket } from 'node:dgram'
import { isIP, isIPv6 } from 'node:net'
import { type Finding, fine, note, problem, problemUnlessCalled } from './finding.ts'
import { isEverywhere, isLinkLocal, isLoopback, isOfMachine, type MachineAddress, neighbourOf } from './machine.ts'

const discardPort = 9

/** The address with which this machine would send to that one, without sending anything; or why it cannot. */
export async function localAddressTowards(address: string): Promise<{ address: string } | { code: string }> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  try {
    return await new Promise(resolve => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message }))
      // With connect() an error comes to the callback too; then the socket has no address.
      socket.connect(discardPort, address, (...[error]: [NodeJS.ErrnoException?]) => {
        if (error) return resolve({ code: error.code ?? error.message })
        const own = socket.address().address
        resolve(isEverywhere(own) ? { code: 'no interface leads there' } : { address: own })
      })
    })
  } finally {
    socket.close()
  }
}

/** What devices are told of a server, as far as it is an address. */
export interface Told {
  /** `the ACS URL` */
  what: string
  setting: string
  address: string
  isAcs: boolean
}

/** Whether the route to the device fits what it is told. */
export function routeFindings(
  device: string,
  towards: { address: string } | { code: string },
  told: readonly Told[],
  machine: readonly MachineAddress[],
): Finding[] {
  if ('code' in towards)
    return [
      problemUnlessCalled(
        'route',
        `This machine has no route to the device at ${device} (${towards.code}).`,
        'Check the cable, the address and the netmask of the interface that faces the device.',
      ),
    ]
  const misfits = told.flatMap(place => misfit(device, towards.address, place, machine))
  if (misfits.length > 0) return misfits
  return [fine('route', `The route to the device at ${device} begins at ${towards.address}.`)]
}

function misfit(
  device: string,
  local: string,
  { what, setting, address, isAcs }: Told,
  machine: readonly MachineAddress[],
): Finding[] {
  if (isIP(address) === 0 || address === local) return []
  if (isLoopback(device)) return []
  const serious = isAcs ? problemUnlessCalled : problem
  const correct = `Write ${local} in ${setting}.`
  if (isLoopback(address))
    return [serious('route', `The device is at ${device}, but ${what} names ${address}: the device itself.`, correct)]
  if (isIP(address) !== isIP(device))
    return [
      note(
        'route',
        `The device is at ${device}, but ${what} names ${address}: it needs addresses of both IPv4 and IPv6.`,
        correct,
      ),
    ]
  if (!isOfMachine(address, machine)) return []
  const neighbour = neighbourOf(device, machine)
  if (neighbour !== undefined && !isLinkLocal(neighbour.address) && !isLoopback(neighbour.address))
    return [
      serious(
        'route',
        `The device at ${device} is on ${neighbour.interface}, where this machine has ${neighbour.address}, but ${what} names ${address}.`,
        correct,
      ),
    ]
  return [
    note(
      'route',
      `The route to the device at ${device} begins at ${local}, but ${what} names ${address}.`,
      `Unless the device has a route there too: ${correct.charAt(0).toLowerCase()}${correct.slice(1)}`,
    ),
  ]
}

/** Addresses of our own from which the device shall be asked. */
export function ownAddressFindings(
  { localAddress, secondAddress }: { localAddress?: string | undefined; secondAddress?: string | undefined },
  machine: readonly MachineAddress[],
): Finding[] {
  const named = Object.entries({ localAddress, secondAddress })
  return named.flatMap(([key, address]) =>
    address === undefined || isOfMachine(address, machine)
      ? []
      : [
          problem(
            'address',
            `connectionRequest.${key}: ${address} is no address of this machine.`,
            'Name one of its own, or leave it out.',
          ),
        ],
  )
}
