import type { Endpoint } from '../timeline/entry.ts'
import { withoutZone } from './ip-address.ts'

/** The same text for the same place. */
export const endpointKey = ({ address, port }: Endpoint): string => `${withoutZone(address)}|${port}`

export const sameHost = (one: Endpoint, other: Endpoint): boolean =>
  withoutZone(one.address) === withoutZone(other.address)

export const sameEndpoint = (one: Endpoint, other: Endpoint): boolean => one.port === other.port && sameHost(one, other)

/** `192.0.2.1:3478`, `[2001:db8::1]:3478` */
export const endpointText = ({ address, port }: Endpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
