import { isIP } from 'node:net'
import { z } from 'zod'
import { highestPort } from './listen-address.ts'
import { advertise, listenAddress, tls } from './profile-places.ts'

const domain = z
  .string()
  .min(1)
  .max(64)
  .refine(
    text => /^[^\s\p{Cc}@/<>&"':[\]]+$/u.test(text) || isIP(text) === 6,
    'is no domain; write for example xmpp.example.com, without a port',
  )

/** What stands before the `@` of a JID. RFC 7622 3.3 */
const username = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\s\p{Cc}@/<>&"':]+$/u, 'is no user name of an XMPP account; write what stands before the @ of its JID')

const hostOf = (text: string) => (isIP(text) === 0 ? text.replace(/:\d{1,5}$/, '').replace(/^\[|\]$/g, '') : text)

/** The XMPP server of the run, ours or that of the lab, and the device's account on it. */
export const xmppSchema = z
  .strictObject({
    server: z.enum(['embedded', 'external'], 'must be embedded or external').default('embedded'),
    listen: listenAddress.default('0.0.0.0:5222'),
    directTls: listenAddress.optional(),
    domain: domain.optional(),
    advertise: advertise.optional(),
    tls: tls.default('generated'),
    startTls: z.enum(['required', 'offered', 'none'], 'must be required, offered or none').default('offered'),
    plainInClear: z.boolean().default(false),
    tlsMinVersion: z
      .enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], 'must be TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3')
      .optional(),
    resolver: z
      .string()
      .refine(text => isIP(hostOf(text)) !== 0, 'is no IP address of a DNS server, with or without a port')
      .optional()
      .describe('DNS server the device asks; `check` asks it too'),
    account: z
      .strictObject({
        username,
        password: z
          .string()
          .min(1)
          .max(256)
          .regex(/^\P{Cc}+$/u, 'has control characters, which no password of XMPP can have'),
        resource: z.string().max(64).optional(),
      })
      .optional(),
    component: z
      .strictObject({
        host: z.string(),
        port: z.int().min(1).max(highestPort),
        secret: z.string().min(1),
        domain: domain.optional(),
      })
      .optional(),
  })
  .superRefine((xmpp, context) => {
    if (xmpp.server !== 'external') return
    for (const key of ['component', 'domain', 'account'] as const)
      if (xmpp[key] === undefined)
        context.addIssue({ code: 'custom', path: [key], message: 'is needed where xmpp.server is external' })
  })

/** The `xmpp` section of a profile with its defaults. */
export type XmppProfile = z.output<typeof xmppSchema>
