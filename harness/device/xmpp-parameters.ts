import { type DeviceFacts, managementServer } from './facts.ts'

/** The parameters that decide whether a device has XMPP Connection Requests, by their last name. */
const listOfMethods = 'SupportedConnReqMethods'
const reference = 'ConnReqXMPPConnection'

type Described = Pick<DeviceFacts, 'root' | 'parameters'>

/**
 * Whether the device says that it has XMPP Connection Requests: by SupportedConnReqMethods, or where that is absent
 * by having ConnReqXMPPConnection.
 */
export function claimsXmpp({ root, parameters }: Described): boolean {
  const methods = parameters[managementServer({ root }, listOfMethods)]
  if (methods !== undefined) return supportedMethods(methods.value).includes('XMPP')
  return managementServer({ root }, reference) in parameters
}

/** The items of SupportedConnReqMethods. */
export const supportedMethods = (value: string): string[] =>
  value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')

/** The table of connections, with a dot at its end. */
export const connectionTable = (root: string) => `${root}XMPP.Connection.`

/** Paths of the XMPP.Connection instances that the device has, in their order. */
export function connectionRows({ root, parameters }: Described): string[] {
  const table = connectionTable(root)
  const numbers = Object.keys(parameters)
    .filter(name => name.startsWith(table))
    .map(name => /^\d+(?=\.)/.exec(name.slice(table.length))?.[0])
    .filter(number => number !== undefined)
  return [...new Set(numbers)].sort((a, b) => Number(a) - Number(b)).map(number => `${table}${number}.`)
}
