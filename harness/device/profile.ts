import { isIP } from 'node:net'
import { z } from 'zod'
import { parseDuration } from './duration.ts'

const feature = z.union([z.literal('auto'), z.boolean()]).default('auto')

const duration = z
  .string()
  .refine(text => parseDuration(text) !== undefined, 'is no duration; write for example 5s, 500ms or 2m')
  .transform(text => parseDuration(text) as number)

/** A limit of our own that may be lengthened, because a shorter one would make wrong verdicts. */
const atLeast = (least: string) =>
  duration
    .refine(
      ms => ms >= (parseDuration(least) as number),
      `is at least ${least}: a shorter time would make wrong verdicts`,
    )
    .prefault(least)

const listenAddress = z
  .string()
  .refine(
    text => parseListen(text) !== undefined,
    'is no address and port; write for example 0.0.0.0:7547 or [::]:7547',
  )

const credentials = { username: z.string().min(1).max(256), password: z.string().max(256) }

/** How the ACS authenticates the device. TR-069 3.4.4 */
const acsAuthentication = z.discriminatedUnion('scheme', [
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
])

const tls = z.union([z.literal('generated'), z.strictObject({ key: z.string(), certificate: z.string() })])

const control = z.string().min(1).describe('A shell command, `rpc`, or `ask`')

/** The profile file: one device and one lab. Unknown keys are refused. */
export const profileSchema = z.strictObject({
  device: z.strictObject({ name: z.string().max(64).optional(), firmware: z.string().max(64).optional() }).prefault({}),
  features: z.strictObject({ http: feature, udp: feature, xmpp: feature }).prefault({}),
  acs: z
    .strictObject({
      listen: listenAddress.default('0.0.0.0:7547'),
      url: z.url({ protocol: /^https?$/ }).optional(),
      tls: tls.optional(),
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
  xmpp: z
    .strictObject({
      server: z.enum(['embedded', 'external']).default('embedded'),
      listen: listenAddress.optional(),
      domain: z.string().optional(),
      advertise: z.string().optional(),
      tls: tls.optional(),
      component: z.strictObject({ host: z.string(), port: z.int().min(1).max(65_535), secret: z.string() }).optional(),
    })
    .optional(),
  stun: z.strictObject({ listen: listenAddress.optional(), advertise: z.string().optional() }).optional(),
  control: z
    .strictObject({
      start: control.optional(),
      stop: control.optional(),
      reboot: control.optional(),
      factoryReset: control.optional(),
      valueChange: control.optional(),
    })
    .prefault({}),
  timing: z
    .strictObject({
      idle: atLeast('2s'),
      watch: atLeast('60s'),
      grace: atLeast('15s'),
      firstInform: duration.prefault('15m'),
      boot: duration.prefault('5m'),
      rateLimit: duration.prefault('1h'),
    })
    .prefault({}),
  baseline: z
    .strictObject({
      knownFailures: z.array(
        z.strictObject({ requirement: z.string(), reason: z.string(), until: z.iso.date().optional() }),
      ),
    })
    .optional(),
})

/** A validated profile with every default filled in. Durations are milliseconds. */
export type Profile = z.output<typeof profileSchema>

/** The profile used where nobody wrote one. */
export const defaultProfile = (): Profile => profileSchema.parse({})

/** Splits `0.0.0.0:7547` or `[::]:7547`; `undefined` where the text is neither. Port 0 takes any free one. */
export function parseListen(text: string): { address: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text.trim())
  const address = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return address !== undefined && isIP(address) !== 0 && port <= 65_535 ? { address, port } : undefined
}
