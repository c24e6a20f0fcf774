import { expect, test } from 'vitest'
import { claimsUdp, keepAlivePeriods, stunReadings, stunSettings } from './udp-parameters.ts'

const parametersOf = (root: string, values: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${root}ManagementServer.${name}`, { value, writable: true }]),
  )
const both = { STUNEnable: '0', UDPConnectionRequestAddress: '' }

test.each<[Record<string, string>, boolean]>([
  [{}, false],
  [both, true],
  [{ STUNEnable: '1' }, false],
  [{ UDPConnectionRequestAddress: '192.0.2.1:3000' }, false],
  [{ SupportedConnReqMethods: 'HTTP' }, false],
  [{ SupportedConnReqMethods: 'HTTP,STUN' }, true],
  [{ SupportedConnReqMethods: 'HTTP, STUN, XMPP' }, true],
  [{ SupportedConnReqMethods: 'STUNNED' }, false],
  [{ SupportedConnReqMethods: '' }, false],
  [{ ...both, SupportedConnReqMethods: 'HTTP' }, true],
])('by %j a device says that it has UDP Connection Requests: %s', (values, claims) => {
  for (const root of ['Device.', 'InternetGatewayDevice.'] as const)
    expect(claimsUdp({ root, parameters: parametersOf(root, values) })).toBe(claims)
})

test('the parameters of the other data model say nothing', () => {
  expect(claimsUdp({ root: 'Device.', parameters: parametersOf('InternetGatewayDevice.', both) })).toBe(false)
})

test('keep-alive periods grow, and none is short enough to be a flood', () => {
  expect([...keepAlivePeriods].sort((a, b) => a - b)).toEqual(keepAlivePeriods)
  expect(Math.min(...keepAlivePeriods)).toBeGreaterThanOrEqual(10)
})

test('what is written and what is only read are all of UDPConnReq:1', () => {
  expect([...stunSettings, ...stunReadings].sort()).toEqual([
    'NATDetected',
    'STUNEnable',
    'STUNMaximumKeepAlivePeriod',
    'STUNMinimumKeepAlivePeriod',
    'STUNPassword',
    'STUNServerAddress',
    'STUNServerPort',
    'STUNUsername',
    'UDPConnectionRequestAddress',
  ])
})
