import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Clock } from '../clock/clock.ts'
import { generateCertificate } from './certificate.ts'
import type { TlsIdentity } from './http-server.ts'

/** The certificate or its key cannot be read. The message says which and what to do. */
export class CertificateUnreadable extends Error {
  override readonly name = 'CertificateUnreadable'
  readonly code = 'CONNREQ_CERTIFICATE'
}

export interface TlsRequest {
  tls?: 'generated' | { key: string; certificate: string } | undefined
  hosts: string[]
  clock: Clock
}

/**
 * The identity with which the ACS speaks TLS: read from files, or made for this run. The authority of a made one is
 * written to a file, because the device must trust it. `undefined` for plain HTTP.
 * @throws CertificateUnreadable
 */
export async function tlsIdentity({
  tls,
  hosts,
  clock,
}: TlsRequest): Promise<(TlsIdentity & { caFile?: string }) | undefined> {
  if (tls === undefined) return undefined
  if (tls !== 'generated')
    return usable({ key: readPem(tls.key, 'acs.tls.key'), cert: readPem(tls.certificate, 'acs.tls.certificate') }, tls)
  const { key, cert, ca } = await generateCertificate({ clock, hosts })
  const caFile = join(mkdtempSync(join(tmpdir(), 'connreq-')), 'ca.pem')
  writeFileSync(caFile, ca)
  return { key, cert, caFile }
}

function readPem(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CertificateUnreadable(`${setting} names ${path}, which cannot be read: ${(error as Error).message}`)
  }
}

/** Node would tell of a wrong pair only when the server is made, in the words of its TLS library. */
function usable(identity: TlsIdentity, { key, certificate }: { key: string; certificate: string }): TlsIdentity {
  try {
    createSecureContext(identity)
    return identity
  } catch (error) {
    throw new CertificateUnreadable(
      `acs.tls names ${key} and ${certificate}, which are no key and certificate in PEM that belong together: ${(error as Error).message}`,
    )
  }
}
