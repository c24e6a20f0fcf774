import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { claimsXmpp, connectionRows, supportedMethods } from './xmpp-parameters.ts'

const parameter = (value: string) => ({ value, writable: false })
const listOfMethods = 'Device.ManagementServer.SupportedConnReqMethods'
const reference = 'Device.ManagementServer.ConnReqXMPPConnection'

describe('a device says that it has XMPP Connection Requests', () => {
  test.each([
    ['by its list of methods', { [listOfMethods]: parameter('HTTP,XMPP') }, true],
    ['by its list, with white space in it', { [listOfMethods]: parameter('HTTP, XMPP ,STUN') }, true],
    ['where it has no list, by the reference to a connection', { [reference]: parameter('') }, true],
    ['not by a list that leaves XMPP out', { [listOfMethods]: parameter('HTTP'), [reference]: parameter('') }, false],
    ['not by an empty list', { [listOfMethods]: parameter(''), [reference]: parameter('') }, false],
    ['not by a method whose name only begins so', { [listOfMethods]: parameter('HTTP,XMPP-2') }, false],
    ['not by parameters of another root', { [`InternetGateway${reference}`]: parameter('') }, false],
    ['not by having neither', {}, false],
  ])('%s', (_how, parameters, claims) => {
    expect(claimsXmpp({ root: 'Device.', parameters })).toBe(claims)
  })

  test('in TR-098 as well', () => {
    const parameters = { [`InternetGateway${listOfMethods}`]: parameter('XMPP') }
    expect(claimsXmpp({ root: 'InternetGatewayDevice.', parameters })).toBe(true)
  })
})

test('a list of methods is taken apart without its white space and empty items', () => {
  expect(supportedMethods(' HTTP ,,XMPP,')).toEqual(['HTTP', 'XMPP'])
  expect(supportedMethods('')).toEqual([])
})

describe('the instances of XMPP.Connection', () => {
  const rowsOf = (...names: string[]) =>
    connectionRows({ root: 'Device.', parameters: Object.fromEntries(names.map(name => [name, parameter('')])) })

  test('are found each once, with those inside them left out', () => {
    expect(
      rowsOf(
        'Device.XMPP.Connection.2.Enable',
        'Device.XMPP.Connection.2.Server.7.Port',
        'Device.XMPP.Connection.1.Enable',
        'Device.XMPP.ConnectionNumberOfEntries',
        'Device.XMPP.Connection.Enable',
        'Device.ManagementServer.URL',
      ),
    ).toEqual(['Device.XMPP.Connection.1.', 'Device.XMPP.Connection.2.'])
  })

  test('stand in the order of their numbers', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 4_000_000_000 })), numbers => {
        const rows = rowsOf(...numbers.map(number => `Device.XMPP.Connection.${number}.Enable`))
        const sorted = [...numbers].sort((a, b) => a - b)
        expect(rows).toEqual(sorted.map(number => `Device.XMPP.Connection.${number}.`))
      }),
    )
  })
})
