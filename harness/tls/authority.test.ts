import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { domainToASCII } from 'node:url'
import { expect, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { createAuthority, generateCertificate } from './authority.ts'

const clock = createRealClock()

test('the file of an authority is there until the authority is disposed of', async () => {
  let path = ''
  {
    using authority = createAuthority(clock)
    path = await authority.file()
    expect(await authority.file()).toBe(path)
    expect(readFileSync(path, 'utf8')).toContain('BEGIN CERTIFICATE')
  }
  expect(existsSync(dirname(path))).toBe(false)
})

test('an authority that wrote nothing has nothing to remove', () => {
  expect(() => createAuthority(clock)[Symbol.dispose]()).not.toThrow()
})

test('a domain outside ASCII stands in the certificate as clients look for it', async () => {
  const { cert } = await generateCertificate({ clock, hosts: ['münchen.test', 'xmpp.test', '192.0.2.1'] })
  const certificate = new X509Certificate(cert)
  const domain = domainToASCII('münchen.test')
  expect(certificate.checkHost(domain)).toBe(domain)
  expect(certificate.checkHost('xmpp.test')).toBe('xmpp.test')
  expect(certificate.checkIP('192.0.2.1')).toBe('192.0.2.1')
})
