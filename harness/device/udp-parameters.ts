import { type DeviceFacts, managementServer } from './facts.ts'

/** The parameters of the profile UDPConnReq:1 that are written. */
export const stunSettings = [
  'STUNEnable',
  'STUNServerAddress',
  'STUNServerPort',
  'STUNUsername',
  'STUNPassword',
  'STUNMaximumKeepAlivePeriod',
  'STUNMinimumKeepAlivePeriod',
] as const

/** Those that the device alone sets. */
export const stunReadings = ['UDPConnectionRequestAddress', 'NATDetected'] as const

/** Keep-alive periods in seconds, the wanted one first: a device may refuse the short ones with fault 9007. */
export const keepAlivePeriods = [15, 30, 60, 120, 300] as const

/** The device says that it has UDP Connection Requests: by the parameters, or by SupportedConnReqMethods. Annex G */
export function claimsUdp(facts: Pick<DeviceFacts, 'root' | 'parameters'>): boolean {
  const has = (name: string) => managementServer(facts, name) in facts.parameters
  const methods = facts.parameters[managementServer(facts, 'SupportedConnReqMethods')]?.value ?? ''
  return (has('STUNEnable') && has('UDPConnectionRequestAddress')) || methods.split(',').some(m => m.trim() === 'STUN')
}
