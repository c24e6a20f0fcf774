import { describe, expect, test } from 'vitest'
import { judged, mark, outcomeOf, playing } from '../written-timeline.ts'
import { profile } from './profile.ts'

const row = 'Device.XMPP.Connection.1.'
const ofServer = ['SupportedConnReqMethods', 'ConnReqXMPPConnection', 'ConnReqAllowedJabberIDs', 'ConnReqJabberID']
const ofRow = ['Enable', 'Username', 'Password', 'Domain', 'Resource', 'JabberID', 'Status', 'LastChangeDate']
const writable = /(ConnReqXMPPConnection|ConnReqAllowedJabberIDs|Enable|Username|Password|Domain|Resource)$/

/** The access of a device that has both profiles, with some of it changed; `undefined` takes a parameter away. */
function accessWith(changes: Record<string, string | undefined> = {}) {
  const names = [
    ...ofServer.map(name => `Device.ManagementServer.${name}`),
    'Device.XMPP.ConnectionNumberOfEntries',
    ...ofRow.map(name => row + name),
  ]
  const access = Object.fromEntries(names.map(name => [name, writable.test(name) ? 'readWrite' : 'readOnly']))
  return Object.fromEntries(Object.entries({ ...access, ...changes }).filter(([, mode]) => mode !== undefined))
}

const parameters = ({
  access = accessWith(),
  ...found
}: {
  access?: Record<string, string | undefined>
  [more: string]: unknown
} = {}) => {
  const withMode = (wanted: string) => Object.keys(access).filter(name => access[name] === wanted)
  const lists = { readWrite: withMode('readWrite'), readOnly: withMode('readOnly') }
  return mark('parameters', 10, { root: 'Device.', ...lists, row, methods: 'HTTP,XMPP', ...found })
}
const device = (more: object = {}) =>
  mark('device', 20, { state: 'connected', detail: 'It is connected.', created: true, called: true, ...more })

const verdicts = (found: Parameters<typeof parameters>[0] = {}, more: object = {}) =>
  judged(profile, parameters(found), device(more))

test('a device with all of it passes', () => {
  expect(verdicts()).toEqual({ parameters: 'pass', rows: 'pass', methods: 'pass' })
})

describe('the parameters', () => {
  test.each(Object.keys(accessWith()))('%s may not be missing, nor be of the other access', name => {
    const other = accessWith()[name] === 'readOnly' ? 'readWrite' : 'readOnly'
    expect(verdicts({ access: accessWith({ [name]: undefined }) })).toMatchObject({ parameters: 'fail' })
    expect(verdicts({ access: accessWith({ [name]: other }) })).toMatchObject({ parameters: 'fail' })
  })

  test('that are missing are named', () => {
    const access = accessWith({ [`${row}Status`]: undefined, [`${row}JabberID`]: 'readWrite' })
    const { metrics } = outcomeOf(profile, playing(profile, [parameters({ access }), device()]))
    expect(metrics[0]?.actual).toBe(`no ${row}Status; ${row}JabberID is readWrite`)
  })

  test('of a row cannot be judged where there is none', () => {
    expect(verdicts({ row: undefined })).toMatchObject({ parameters: 'inconclusive' })
    const access = accessWith({ 'Device.ManagementServer.ConnReqJabberID': undefined })
    expect(verdicts({ row: undefined, access })).toMatchObject({ parameters: 'fail' })
  })

  test('of the optional profiles are a property, no verdict', () => {
    const optional = ['ServerConnectAlgorithm', 'UseTLS', 'ServerRetryInitialInterval'].map(name => [
      row + name,
      'readWrite',
    ])
    const propertiesOf = (access: ReturnType<typeof accessWith>) =>
      outcomeOf(profile, playing(profile, [parameters({ access }), device()])).properties
    expect(propertiesOf(accessWith())).toEqual({ 'XMPPAdvanced:1': 'no', 'XMPPReconnect:1': 'no' })
    expect(propertiesOf(accessWith(Object.fromEntries(optional)))).toEqual({
      'XMPPAdvanced:1': 'yes',
      'XMPPReconnect:1': 'yes',
    })
  })
})

describe('the rows', () => {
  test('that are fixed are a warning: such devices are in the field', () => {
    const refusal = { code: '9005', text: 'Invalid parameter name' }
    expect(verdicts({}, { created: false, refusal })).toMatchObject({ rows: 'warning' })
  })

  test('that nobody tried to add are not judged', () => {
    expect(verdicts({}, { created: undefined, state: 'no-server' })).toMatchObject({ rows: 'inconclusive' })
  })
})

describe('the list of methods', () => {
  test.each([
    ['XMPP', 'fail'],
    ['', 'fail'],
    ['HTTP', 'inconclusive'],
    [undefined, 'inconclusive'],
    ['HTTP, STUN,XMPP', 'pass'],
  ])('%s: %s', (methods, verdict) => {
    expect(verdicts({ methods })).toMatchObject({ methods: verdict })
  })

  test('with XMPP in it that works not at all fails', () => {
    expect(verdicts({}, { called: false })).toMatchObject({ methods: 'fail' })
  })

  test('with XMPP in it that could not be tried is not judged', () => {
    expect(verdicts({}, { state: 'not-connected', called: false })).toMatchObject({ methods: 'inconclusive' })
  })
})
