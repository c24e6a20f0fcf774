import { isIP } from 'node:net'
import { z } from 'zod'
import { highestPort, parseListen, splitListen } from './listen-address.ts'

const linkLocal =
  'is link-local: devices would have to be told its zone too, which no URL can carry (RFC 9844); write a global or unique local address, or [::] for all'

/** An address and port of this machine at which something listens. */
export const listenAddress = z
  .string({
    error: ({ input }) =>
      typeof input === 'number' && input <= highestPort
        ? `is no address and port; write 0.0.0.0:${input}`
        : 'is no address and port; write for example 0.0.0.0:7547',
  })
  .superRefine((text, context) => {
    if (/^\[?fe[89ab][0-9a-f]:/i.test(text.trim())) return context.addIssue({ code: 'custom', message: linkLocal })
    if (parseListen(text) !== undefined) return
    const { address, port } = splitListen(text) ?? {}
    const message =
      address !== undefined && isIP(address) !== 0 && Number(port) > highestPort
        ? `port ${port} is above ${highestPort}, the highest there is`
        : 'is no address and port; write for example 0.0.0.0:7547 or [::]:7547'
    context.addIssue({ code: 'custom', message })
  })

/** With what identity a server speaks TLS. */
export const tls = z.union(
  [z.literal('generated'), z.strictObject({ key: z.string(), certificate: z.string() })],
  'must be generated, or the files { key: key.pem, certificate: certificate.pem }',
)

/** The same for the ACS, which can also ask devices who they are. TR-069 3.3 */
export const acsTls = z.union(
  [
    z.literal('generated'),
    z
      .strictObject({
        key: z.string(),
        certificate: z.string(),
        clientCa: z.string().optional(),
        clientCertificate: z.enum(['required', 'optional'], 'must be required or optional').optional(),
      })
      .refine(({ clientCa, clientCertificate }) => clientCa !== undefined || clientCertificate === undefined, {
        path: ['clientCertificate'],
        message: 'needs clientCa: the file with the authorities that sign the certificates of devices',
      }),
  ],
  'must be generated, or the files { key: key.pem, certificate: certificate.pem } and, to know devices, clientCa: ca.pem',
)

/** Where devices find a server: a host, or host:port. */
export const advertise = z
  .string()
  .regex(
    /^([^\s:/@]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/,
    'is no host; write for example 192.0.2.10 or server.example.com:3478',
  )
  .refine(text => !/^\[?fe[89ab][0-9a-f]:/i.test(text), linkLocal)
  .refine(text => !/:0+$/.test(text), 'has the port 0, where nobody can be found')
  .refine(text => Number(/:(\d+)$/.exec(text)?.[1] ?? 0) <= highestPort, `has a port above ${highestPort}`)
