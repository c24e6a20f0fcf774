import { describe, expect, test } from 'vitest'
import { certificateAuthorityMark, deviceAbsence } from './device-absence.ts'
import type { Entry, NewEntry } from './timeline/entry.ts'

const absence = (acsUrl: string, ...entries: NewEntry[]) =>
  deviceAbsence(
    entries.map((entry, index): Entry => ({ seq: index + 1, at: 0, ...entry })),
    { acsUrl, waitedMs: 60_000 },
  )

const accepted = (connection: number, tls: boolean): NewEntry => ({
  type: 'connection-accepted',
  connection,
  from: { address: '192.0.2.7', port: 40_000 + connection },
  to: { address: '192.0.2.1', port: 7547 },
  tls,
})
const refused = (reason: string): NewEntry => ({ type: 'http-refused', connection: 1, reason, raw: { length: 0 } })

describe('why no device was heard', () => {
  const http = 'http://192.0.2.1:7547/acs'
  const https = 'https://192.0.2.1:7547/acs'
  const authority: NewEntry = { type: 'mark', name: certificateAuthorityMark, data: { file: '/tmp/ca.pem' } }

  test('nobody connected', () => {
    expect(absence(http)).toMatch(/^No device called http:\S+ within 1 min.*Check that this URL is entered/)
    expect(absence(http)).toContain('calls again only at its next periodic Inform or when it is restarted')
  })

  test('TLS was not completed', () => {
    expect(absence(https, authority, accepted(1, true), accepted(2, true), refused('The TLS handshake'))).toContain(
      '192.0.2.7 connected 2 times but completed no TLS handshake: does the device trust /tmp/ca.pem, and does its ACS URL begin with https://?',
    )
  })

  test('something else than HTTP came', () => {
    expect(absence(http, accepted(1, false), refused('The request is not HTTP'))).toContain(
      '192.0.2.7 connected once but sent no HTTP: does its ACS URL begin with http://, not https://?',
    )
  })

  test('a connection without a word', () => {
    expect(absence(http, accepted(1, false))).toContain('192.0.2.7 connected once but sent no Inform.')
  })
})
