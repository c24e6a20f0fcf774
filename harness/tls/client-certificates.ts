import type { TLSSocket, TlsOptions } from 'node:tls'
import type { TlsIdentity } from './authority.ts'

/** How devices that connect must show who they are. */
export interface ClientCertificates {
  /** Authorities (PEM) whose certificates are accepted. */
  ca: string
  /** `optional`: a device without one is let in, a wrong one is noted. */
  clientCertificate: 'required' | 'optional'
}

/** How a server speaks TLS. */
export interface AcsTls {
  options: TlsOptions
  clientCertificate?: ClientCertificates['clientCertificate']
}

/** The options of a server with this identity. Refusals are left to the server, so that they are said in plain words. */
export function serverTls(identity: TlsIdentity, clients?: ClientCertificates): AcsTls {
  const { key, cert } = identity
  // Who never completes its handshake is let go.
  const options = { key, cert, handshakeTimeout: 30_000 }
  if (clients === undefined) return { options }
  return {
    options: { ...options, ca: clients.ca, requestCert: true, rejectUnauthorized: false },
    clientCertificate: clients.clientCertificate,
  }
}

/** What a certificate says, as it is written down. */
export interface CertificateFacts {
  subject: string
  issuer: string
  serialNumber: string
  validFrom: string
  validTo: string
  alternativeNames?: string
}

/** The certificate that the peer showed, if any. */
export function certificateOf(socket: TLSSocket): CertificateFacts | undefined {
  const certificate = socket.getPeerX509Certificate?.()
  if (certificate === undefined) return undefined
  const { subject, issuer, serialNumber, validFrom, validTo, subjectAltName } = certificate
  const oneLine = (name: string) => name.replaceAll('\n', ', ')
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    serialNumber,
    validFrom,
    validTo,
    ...(subjectAltName === undefined ? {} : { alternativeNames: subjectAltName }),
  }
}

const reasons: Record<string, string> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  UNABLE_TO_GET_ISSUER_CERT: 'none of acs.tls.clientCa has signed it',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'none of acs.tls.clientCa has signed it',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'none of acs.tls.clientCa has signed it',
  SELF_SIGNED_CERT_IN_CHAIN: 'none of acs.tls.clientCa has signed it',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it has signed itself and is not in acs.tls.clientCa',
  CERT_SIGNATURE_FAILURE: 'its signature is wrong',
  INVALID_PURPOSE: 'it is not made for clients',
}

/** Why the peer is not let in, or its certificate not accepted; `undefined` where all is well. */
export function certificateProblem(
  socket: TLSSocket,
  certificate: CertificateFacts | undefined,
  { clientCertificate }: AcsTls,
): string | undefined {
  if (clientCertificate === undefined) return undefined
  if (certificate === undefined)
    return clientCertificate === 'required' ? 'A device connected without a certificate.' : undefined
  if (socket.authorized) return undefined
  const code = String(socket.authorizationError)
  return `A device connected with the certificate of ${certificate.subject}, which is refused: ${reasons[code] ?? code}.`
}
