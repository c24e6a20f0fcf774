import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { domainToASCII } from 'node:url'
import type { Clock } from '../clock/clock.ts'

/** Certificate chain and key of a server, in PEM. */
export interface TlsIdentity {
  key: string
  cert: string
}

/** A certificate with the authority that signed it, in PEM. */
export interface GeneratedCertificate extends TlsIdentity {
  /** What the device must trust. */
  ca: string
}

/**
 * The certificate authority of one run: every server of the run has its certificate from it. Disposing of it removes
 * its file: not before the device is done with it.
 */
export interface Authority extends Disposable {
  /** A certificate for the hosts (names and IP addresses), valid from a day ago for a year. */
  issue(hosts: readonly string[]): Promise<GeneratedCertificate>
  /** The file that holds the authority's certificate: what is put on the device. Written when first asked for. */
  file(): Promise<string>
}

/** An authority that is made when first asked for a certificate. */
export function createAuthority(clock: Clock): Authority {
  let made: ReturnType<typeof makeAuthority> | undefined
  let path: string | undefined
  const authority = () => (made ??= makeAuthority(clock.wallTime().getTime()))
  return {
    issue: hosts => clock.busy(async () => (await authority()).issue(hosts)),
    async file() {
      const { pem } = await clock.busy(authority)
      if (path === undefined) {
        path = join(mkdtempSync(join(tmpdir(), 'connreq-')), 'ca.pem')
        writeFileSync(path, pem)
      }
      return path
    },
    [Symbol.dispose]() {
      if (path !== undefined) rmSync(dirname(path), { recursive: true, force: true })
      path = undefined
    },
  }
}

/** A certificate from an authority of its own. */
export const generateCertificate = ({
  clock,
  hosts,
}: {
  clock: Clock
  hosts: string[]
}): Promise<GeneratedCertificate> => createAuthority(clock).issue(hosts)

const dayMs = 24 * 60 * 60 * 1000

/** A domain as it stands in certificates. RFC 5280 7.2 */
const inAscii = (host: string) => (/^\p{ASCII}*$/u.test(host) ? host : domainToASCII(host) || host)

async function makeAuthority(now: number) {
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
  const pem = authority.toString('pem')
  let issued = 1
  const issue = async (names: readonly string[]): Promise<GeneratedCertificate> => {
    const hosts = names.map(inAscii)
    const keys = await newKeys()
    const serialNumber = (++issued).toString(16).padStart(2, '0')
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber,
      subject: `CN=${hosts[0] ?? 'ConnReq'}`,
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
    return { ca: pem, cert: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') }
  }
  return { pem, issue }
}
