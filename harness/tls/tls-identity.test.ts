import { X509Certificate, createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { createAuthority, generateCertificate } from './authority.ts'
import { CertificateUnreadable, tlsIdentity } from './tls-identity.ts'

const clock = createRealClock()
const hosts = ['acs.test', '192.0.2.1']
const request = { hosts, authority: createAuthority(clock), setting: 'acs.tls' }

test('plain HTTP needs none', async () => {
  expect(await tlsIdentity({ tls: undefined, ...request })).toBeUndefined()
})

test('a made one is for its hosts, and the file with its authority is there for the device to trust', async () => {
  const identity = await tlsIdentity({ tls: 'generated', ...request })
  const caFile = identity?.caFile ?? ''
  onTestFinished(() => request.authority[Symbol.dispose]())
  const certificate = new X509Certificate(identity?.cert ?? '')
  expect(certificate.verify(new X509Certificate(readFileSync(caFile)).publicKey)).toBe(true)
  expect(certificate.checkPrivateKey(createPrivateKey(identity?.key ?? ''))).toBe(true)
  expect([certificate.checkHost('acs.test'), certificate.checkIP('192.0.2.1')]).toEqual(hosts)
  expect(readFileSync(caFile, 'utf8')).not.toContain('PRIVATE')
})

test('one from files is taken as it is', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-tls-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
  const made = await generateCertificate({ clock, hosts })
  writeFileSync(key, made.key)
  writeFileSync(certificate, made.cert)
  expect(await tlsIdentity({ tls: { key, certificate }, ...request })).toEqual({ key: made.key, cert: made.cert })
  const missing = tlsIdentity({ tls: { key, certificate: `${certificate}.old` }, ...request })
  await expect(missing).rejects.toThrow(`acs.tls.certificate names ${certificate}.old, which is not there.`)
})

test('files that hold no key and certificate are told by their names', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-tls-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'no.pem')
  writeFileSync(path, 'nothing of the kind')
  const unusable = tlsIdentity({ tls: { key: path, certificate: path }, ...request })
  await expect(unusable).rejects.toThrow(`acs.tls names ${path} and ${path}, which are no key and certificate`)
})

test('a key that cannot be read is told by the name of the setting', async () => {
  const missing = tlsIdentity({ tls: { key: '/nowhere/key.pem', certificate: '/nowhere/c.pem' }, ...request })
  await expect(missing).rejects.toBeInstanceOf(CertificateUnreadable)
  await expect(missing).rejects.toThrow(/^acs\.tls\.key names \/nowhere\/key\.pem, which is not there\.$/)
})

test('a relative path is told with the whole one that was tried', async () => {
  const missing = tlsIdentity({ tls: { key: 'no/key.pem', certificate: 'no/c.pem' }, ...request })
  await expect(missing).rejects.toThrow(
    `acs.tls.key names no/key.pem, which is not there (${join(process.cwd(), 'no/key.pem')}).`,
  )
})
