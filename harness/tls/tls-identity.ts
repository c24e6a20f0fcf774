import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { whereTried, whyNotRead } from '../files/unreadable.ts'
import type { Authority, TlsIdentity } from './authority.ts'
import type { ClientCertificates } from './client-certificates.ts'

/** The certificate or its key cannot be read. The message says which and what to do. */
export class CertificateUnreadable extends Error {
  override readonly name = 'CertificateUnreadable'
  readonly code = 'CONNREQ_CERTIFICATE'
}

export interface TlsRequest {
  tls?: 'generated' | { key: string; certificate: string } | undefined
  /** Names and addresses under which the server is called. */
  hosts: readonly string[]
  authority: Authority
  /** The key of the profile, for errors: `acs.tls`. */
  setting: string
}

/**
 * The identity with which a server speaks TLS: read from files, or made for this run. The authority of a made one is
 * in a file, because the device must trust it. `undefined` where no TLS is asked for.
 * @throws CertificateUnreadable
 */
export async function tlsIdentity({
  tls,
  hosts,
  authority,
  setting,
}: TlsRequest): Promise<(TlsIdentity & { caFile?: string }) | undefined> {
  if (tls === undefined) return undefined
  if (tls === 'generated') {
    const { key, cert } = await authority.issue(hosts)
    return { key, cert, caFile: await authority.file() }
  }
  return usable(
    { key: readPem(tls.key, `${setting}.key`), cert: readPem(tls.certificate, `${setting}.certificate`) },
    { ...tls, setting },
  )
}

/**
 * How devices must show who they are, as the profile says; `undefined` where they need not.
 * @throws CertificateUnreadable
 */
export function clientCertificates(
  tls: 'generated' | { clientCa?: string | undefined; clientCertificate?: Demand | undefined } | undefined,
  setting: string,
): ClientCertificates | undefined {
  if (tls === undefined || tls === 'generated' || tls.clientCa === undefined) return undefined
  const ca = readPem(tls.clientCa, `${setting}.clientCa`)
  if (!isCertificate(ca))
    throw new CertificateUnreadable(`${setting}.clientCa names ${tls.clientCa}, which holds no certificate in PEM.`)
  return { ca, clientCertificate: tls.clientCertificate ?? 'required' }
}

type Demand = ClientCertificates['clientCertificate']

function isCertificate(pem: string): boolean {
  try {
    return pem.includes('-----BEGIN CERTIFICATE') && new X509Certificate(pem).subject !== ''
  } catch {
    return false
  }
}

function readPem(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CertificateUnreadable(`${setting} names ${path}, which ${whyNotRead(error as Error)}${whereTried(path)}.`)
  }
}

/** Node would tell of a wrong pair only when the server is made, in the words of its TLS library. */
function usable(identity: TlsIdentity, from: { key: string; certificate: string; setting: string }): TlsIdentity {
  try {
    createSecureContext(identity)
    return identity
  } catch (error) {
    throw new CertificateUnreadable(
      `${from.setting} names ${from.key} and ${from.certificate}, which are no key and certificate in PEM that belong together: ${(error as Error).message}`,
    )
  }
}
