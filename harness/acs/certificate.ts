import { isIP } from 'node:net'
import type { Clock } from '../clock/clock.ts'
import type { TlsIdentity } from './http-server.ts'

/** A certificate for the ACS with the authority that signed it, in PEM. */
export interface GeneratedCertificate extends TlsIdentity {
  /** What the device must trust. */
  ca: string
}

const dayMs = 24 * 60 * 60 * 1000

/**
 * Makes an authority and a certificate for the hosts (names and IP addresses), valid from a day ago for a year.
 */
export async function generateCertificate({
  clock,
  hosts,
}: {
  clock: Clock
  hosts: string[]
}): Promise<GeneratedCertificate> {
  return clock.busy(() => generate(clock.wallTime().getTime(), hosts))
}

async function generate(now: number, hosts: string[]): Promise<GeneratedCertificate> {
  // Loaded here, so that plain HTTP starts without it. x509 needs the metadata of the first.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  x509.cryptoProvider.set(globalThis.crypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
  const newKeys = () => globalThis.crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const validity = { notBefore: new Date(now - dayMs), notAfter: new Date(now + 365 * dayMs) }
  const authorityKeys = await newKeys()
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=ConnReq test authority',
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
    ...validity,
  })
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: `CN=${hosts[0] ?? 'ConnReq ACS'}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension(
        hosts.map(host => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host })),
      ),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
    ...validity,
  })
  const key = Buffer.from(await globalThis.crypto.subtle.exportKey('pkcs8', keys.privateKey))
  return {
    ca: authority.toString('pem'),
    cert: certificate.toString('pem'),
    key: x509.PemConverter.encode(key, 'PRIVATE KEY'),
  }
}
