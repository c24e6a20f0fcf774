import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../harness/clock/clock.ts'
import { createAuthority, type GeneratedCertificate } from '../../harness/tls/authority.ts'

/** A certificate of a server, also in files for the processes that need it. */
export interface CertificateFiles extends GeneratedCertificate {
  keyFile: string
  certificateFile: string
  authorityFile: string
}

/** Makes a certificate for the host and writes it to the directory. */
export async function writeCertificate(host: string, directory: string, clock: Clock): Promise<CertificateFiles> {
  const generated = await createAuthority(clock).issue([host])
  const write = (name: string, pem: string) => {
    const path = join(directory, name)
    writeFileSync(path, pem, { mode: 0o600 })
    return path
  }
  return {
    ...generated,
    keyFile: write('xmpp-key.pem', generated.key),
    certificateFile: write('xmpp-certificate.pem', generated.cert),
    authorityFile: write('xmpp-authority.pem', generated.ca),
  }
}
