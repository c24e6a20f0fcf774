import { describe, expect, test } from 'vitest'
import type { Bench } from '../../harness/bench.ts'
import type { ParameterToSet } from '../../harness/cwmp/rpcs.ts'
import { serverParameters } from '../../harness/device/xmpp-provisioning.ts'
import type { NewEntry } from '../../harness/timeline/entry.ts'
import { timelineOf } from '../../harness/timeline/timeline.ts'
import { accountOfProvisioning, excuseFor } from './account.ts'

const path = 'Device.XMPP.Connection.1.'
const serverRow = `${path}Server.1.`

/** The account of a device that was told of this domain, and of this server where it has a table. */
function told(domain: string, server?: string) {
  const account: ParameterToSet[] = [
    { name: `${path}Username`, value: 'cpe' },
    { name: `${path}Domain`, value: domain },
  ]
  const row = server === undefined ? [] : serverParameters(serverRow, { host: server, port: 5222, priority: 0 })
  const place = { address: '192.0.2.10', port: 5222 }
  const happened: NewEntry[] = [
    { type: 'xmpp-listening', for: 'clients', domain, listen: place },
    { type: 'provisioned', parameters: [...row, ...account], status: 0 },
  ]
  const connection = {
    ...{ path, created: true, parameters: {} },
    ...(server === undefined ? {} : { serverRow }),
  }
  return accountOfProvisioning({
    facts: { xmpp: { connection }, timing: { xmppConnectMs: 300_000 } },
    acs: { url: 'http://acs.lab.example:7547/acs' },
    timeline: { entries: happened.map((entry, index) => ({ seq: index + 1, at: 0, ...entry })) },
  } as unknown as Bench)
}

describe('the server can be found', () => {
  test.each(['192.0.2.10', '2001:db8::10', 'acs.lab.example'])('in a table that names %s', server => {
    expect(told('xmpp.example', server)).toMatchObject({ username: 'cpe', domain: 'xmpp.example', findable: true })
  })

  test('in no table by a name of which nobody knows whether it is resolved', () => {
    expect(told('xmpp.example', 'xmpp.example')?.findable).toBe(false)
  })

  test.each(['192.0.2.10', 'acs.lab.example', 'xmpp.example'])(
    'without a table by SRV records only, of which nobody knows for %s: asking for an address instead is a SHOULD',
    domain => {
      expect(told(domain)?.findable).toBe(false)
    },
  )
})

test('who may not have found the server is told what to set up', () => {
  const excuse = excuseFor(timelineOf([]), [], { findable: false, domain: 'xmpp.example' }, 'enabled')
  expect(excuse).toContain('SRV record _xmpp-client._tcp.xmpp.example')
  expect(excuse).toContain('xmpp.advertise')
})
