import { expect, test } from 'vitest'
import { transportOf, transportsOf } from './transports.ts'

test('a scenario belongs to the transport that its id begins with, else to the sessions', () => {
  expect(['http-flood', 'udp-copies', 'xmpp-tls', 'session-hold', 'invariants'].map(id => transportOf({ id }))).toEqual(
    [...['http', 'udp', 'xmpp', 'cwmp', 'cwmp']],
  )
})

test('a requirement of one family belongs to it; one of all to those that judged it', () => {
  expect(transportsOf({ id: 'CR-UDP-43', scenarios: ['http-beside'] })).toEqual(['udp'])
  expect(transportsOf({ id: 'CW-EVT-02', scenarios: [] })).toEqual(['cwmp'])
  expect(transportsOf({ id: 'CR-GEN-08', scenarios: ['http-duplicates', 'udp-copies', 'http-flood'] })).toEqual([
    ...['http', 'udp'],
  ])
})
