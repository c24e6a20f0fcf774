import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { createAuthority } from '../../harness/tls/authority.ts'
import { CertificateUnreadable, clientCertificates, tlsIdentity } from '../../harness/tls/tls-identity.ts'
import { type Finding, fine, note, problem } from './finding.ts'

const dayMs = 24 * 60 * 60 * 1000
const soonMs = 14 * dayMs

/** A certificate of the user's own, and what devices compare it with. */
export interface OwnCertificate {
  /** `acs.tls` */
  setting: string
  key: string
  certificate: string
  /** The authorities that sign the certificates of devices. */
  clientCa?: string | undefined
  /** The host, or domain, that a device knows the server by. */
  host: string
}

/** Whether a device will accept the certificate, and every file can be used. */
export const certificateFindings = async (own: OwnCertificate, now: Date): Promise<Finding[]> => [
  ...(await identityFindings(own, now)),
  ...authorityFindings(own),
]

/** The authorities of devices, without which a run would not begin. */
function authorityFindings({ setting, clientCa }: OwnCertificate): Finding[] {
  try {
    clientCertificates({ clientCa }, setting)
    return []
  } catch (error) {
    if (!(error instanceof CertificateUnreadable)) throw error
    return [problem('certificate', error.message, `Correct ${setting}.clientCa; ${relativeTo}`)]
  }
}

const relativeTo = 'a path is relative to the directory in which connreq is called.'

/** The names of the certificate, and whether it is valid now. */
async function identityFindings({ setting, host, ...files }: OwnCertificate, now: Date): Promise<Finding[]> {
  const identity = await readIdentity(setting, files)
  if ('unusable' in identity)
    return [problem('certificate', identity.unusable, `Correct ${setting}, or leave it to generated; ${relativeTo}`)]
  const certificate = new X509Certificate(identity.cert)
  const { validFrom, validTo } = certificate
  const day = (text: string) => new Date(text).toISOString().slice(0, 10)
  const named = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)
  const findings: Finding[] = []
  if (named === undefined)
    findings.push(
      problem(
        'certificate',
        `The certificate of ${setting} is for ${namesOf(certificate)}, but devices know the server as ${host}.`,
        `Make one with ${isIP(host) === 0 ? 'the name' : 'the address'} ${host} among its subjectAltNames, or leave ${setting} to generated.`,
      ),
    )
  if (now < new Date(validFrom))
    findings.push(
      problem(
        'certificate',
        `The certificate of ${setting} is valid only from ${day(validFrom)} on.`,
        'Make another one, or correct the clock of this machine.',
      ),
    )
  else if (now > new Date(validTo))
    findings.push(
      problem('certificate', `The certificate of ${setting} has expired on ${day(validTo)}.`, 'Make another one.'),
    )
  else if (new Date(validTo).getTime() - now.getTime() < soonMs)
    findings.push(note('certificate', `The certificate of ${setting} expires on ${day(validTo)}.`))
  if (certificate.subject === certificate.issuer)
    findings.push(
      note('certificate', `The certificate of ${setting} is its own authority: the device must trust it itself.`),
    )
  return findings.some(({ state }) => state === 'problem')
    ? findings
    : [fine('certificate', `The certificate of ${setting} is for ${host}, until ${day(validTo)}.`), ...findings]
}

/** The files, which must belong together; or why they cannot be used. */
async function readIdentity(
  setting: string,
  files: { key: string; certificate: string },
): Promise<{ cert: string } | { unusable: string }> {
  const authority = createAuthority(createRealClock())
  try {
    const identity = await tlsIdentity({ tls: files, hosts: [], authority, setting })
    return { cert: identity?.cert ?? '' }
  } catch (error) {
    if (error instanceof CertificateUnreadable) return { unusable: error.message }
    throw error
  }
}

function namesOf({ subjectAltName, subject }: X509Certificate): string {
  const alternatives = subjectAltName?.replaceAll(/\b(DNS|IP Address):/g, '')
  return alternatives ?? /CN=([^\n]*)/.exec(subject)?.[1] ?? 'nobody'
}
