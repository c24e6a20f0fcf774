import { isIP } from 'node:net'
import { z } from 'zod'
import { linkLocalProblem } from './connection-request-url.ts'
import { parseDuration } from './duration.ts'
import { baselineSchema } from './profile-baseline.ts'
import { controlSchema } from './profile-control.ts'
import { duration } from './profile-duration.ts'
import { acsTls, listenAddress } from './profile-places.ts'
import { stunSchema } from './profile-stun.ts'
import { xmppSchema } from './profile-xmpp.ts'

const feature = z.union([z.literal('auto'), z.boolean()], 'must be auto, true or false').default('auto')

/** A limit of our own that may be lengthened, because a shorter one would make wrong verdicts. */
const atLeast = (least: string) =>
  duration
    .refine(
      ms => ms >= (parseDuration(least) as number),
      `is at least ${least}: a shorter time would make wrong verdicts`,
    )
    .prefault(least)

const credentials = { username: z.string().min(1).max(256), password: z.string().max(256) }

/** How the ACS authenticates the device. TR-069 3.4.4 */
const acsAuthentication = z.discriminatedUnion(
  'scheme',
  [
    // Known credentials of a device that is let in without: session-authentication challenges it for them.
    z.strictObject({
      scheme: z.literal('none'),
      username: credentials.username.optional(),
      password: credentials.password.optional(),
    }),
    z.strictObject({ scheme: z.literal('basic'), ...credentials }),
    z.strictObject({
      scheme: z.literal('digest'),
      ...credentials,
      algorithm: z.enum(['MD5', 'MD5-sess', 'SHA-256']).default('MD5'),
    }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? 'must be none, basic or digest' : undefined) },
)

/** The profile file: one device and one lab. Unknown keys are refused. */
export const profileSchema = z.strictObject({
  device: z
    .strictObject({
      name: z.string().max(64).optional(),
      firmware: z.string().max(64).optional(),
      /** Where several devices call: which of them is tested. */
      oui: z
        .string()
        .regex(/^[0-9A-Fa-f]{6}$/, 'is no OUI; write six hexadecimal digits in quotes, for example "00D09E"')
        .optional(),
      serialNumber: z.string().min(1).max(64).optional(),
    })
    .refine(({ oui, serialNumber }) => (oui === undefined) === (serialNumber === undefined), {
      path: ['serialNumber'],
      message: 'names a device together with oui; write both or neither',
    })
    .prefault({}),
  features: z.strictObject({ http: feature, udp: feature, xmpp: feature }).prefault({}),
  acs: z
    .strictObject({
      listen: listenAddress.default('0.0.0.0:7547'),
      url: z
        .url({ protocol: /^https?$/, error: 'is no http or https URL; write for example http://192.0.2.10:7547/acs' })
        .refine(
          text => linkLocalProblem(text) === undefined,
          'names a link-local address, for which devices would need a zone that no URL can carry (RFC 9844)',
        )
        .optional(),
      tls: acsTls.optional(),
      authentication: acsAuthentication.prefault({ scheme: 'none' }),
    })
    .prefault({}),
  connectionRequest: z
    .strictObject({
      username: z.string().min(1).max(256).optional(),
      password: z.string().min(1).max(256).optional(),
      localAddress: z
        .string()
        .refine(text => isIP(text) !== 0, 'is no IP address')
        .optional(),
      secondAddress: z
        .string()
        .refine(text => isIP(text) !== 0, 'is no IP address')
        .optional(),
    })
    .prefault({}),
  xmpp: xmppSchema.optional(),
  stun: stunSchema.optional(),
  control: controlSchema.prefault({}),
  timing: z
    .strictObject({
      idle: atLeast('2s'),
      watch: atLeast('60s'),
      grace: atLeast('15s'),
      firstInform: duration.prefault('15m'),
      boot: duration.prefault('5m'),
      xmppConnect: atLeast('5m'),
      stunBinding: atLeast('90s'),
      rateLimit: duration.prefault('1h'),
    })
    .prefault({}),
  baseline: baselineSchema.optional(),
})

/** A validated profile with every default filled in. Durations are milliseconds. */
export type Profile = z.output<typeof profileSchema>

/** The profile used where nobody wrote one. */
export const defaultProfile = (): Profile => profileSchema.parse({})
