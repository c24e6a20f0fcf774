import { readFileSync } from 'node:fs'
import { type SimulatedCpe, startSimulatedCpe, type WordingBehaviour } from '../fixtures/simulated-cpe/simulated-cpe.ts'
import type { Clock } from '../harness/clock/clock.ts'
import { type Profile, profileSchema } from '../harness/device/profile.ts'
import { openTestBench, type TestBench, type TestBenchOptions } from '../harness/test-bench.ts'

/** The pair with which the simulated device authenticates itself to the ACS. */
export const simulatedAcsCredentials = { username: 'simulated-cpe', password: 'its-acs-password' }

/** What the simulated device is to be like. */
export interface SimulatedDevice {
  faults: readonly string[]
  variants: readonly string[]
  /** Texts of its own. */
  wording?: Partial<WordingBehaviour>
  seed?: number
  /** The ways in which it can be asked to call; all by default. */
  transports?: readonly ('http' | 'udp' | 'xmpp')[]
  /** The authority (PEM) of an XMPP server that is not the bench's own. */
  xmppCa?: string
}

/** The profile for the simulated device in our own process: everything on loopback, any free port. */
export const simulatedProfile = ({
  tls,
  scheme = 'digest',
  xmpp = true,
  udp = true,
}: {
  tls?: boolean
  scheme?: 'digest' | 'none'
  xmpp?: boolean
  udp?: boolean
} = {}): Profile =>
  profileSchema.parse({
    device: { name: 'simulated-cpe' },
    acs: {
      listen: '127.0.0.1:0',
      authentication: { scheme, ...simulatedAcsCredentials },
      ...(tls ? { tls: 'generated' } : {}),
    },
    features: { xmpp: xmpp ? 'auto' : false, udp: udp ? 'auto' : false },
    ...(xmpp ? { xmpp: { listen: '127.0.0.1:0', domain: 'xmpp.connreq.test', advertise: '127.0.0.1' } } : {}),
    ...(udp ? { stun: { listen: '127.0.0.1:0', advertise: '127.0.0.1' } } : {}),
  })

/**
 * Opens a bench with the simulated device on it, in this process and on the bench's clock; the device is powered on
 * as soon as the ACS listens. Both are closed together.
 */
export async function openSimulatedBench(
  options: Omit<TestBenchOptions, 'hooks' | 'about'> & {
    about: Omit<TestBenchOptions['about'], 'simulated'>
    device: SimulatedDevice
    clock: Clock
  },
): Promise<TestBench> {
  const { device, about } = options
  let cpe: SimulatedCpe | undefined
  const bench = await openTestBench({
    ...options,
    about: { ...about, simulated: { faults: [...device.faults], variants: [...device.variants] } },
    hooks: {
      reboot: () => cpe?.reboot(),
      factoryReset: () => cpe?.factoryReset(),
      power: () => cpe?.reboot(),
      valueChange: () => cpe?.changeValue(),
    },
  })
  try {
    cpe = await startSimulatedCpe({
      clock: options.clock,
      acsUrl: bench.acsUrl,
      acsCredentials: simulatedAcsCredentials,
      ...(bench.caFile === undefined ? {} : { acsCa: readFileSync(bench.caFile, 'utf8') }),
      faults: device.faults,
      variants: device.variants,
      ...authorityOf(bench, device),
      resolve: async () => (bench.xmpp === undefined ? [] : [{ ...bench.xmpp.found, priority: 0, weight: 0 }]),
      ...(device.wording === undefined ? {} : { wording: device.wording }),
      ...(device.seed === undefined ? {} : { seed: device.seed }),
      ...(device.transports === undefined ? {} : { transports: device.transports }),
    })
  } catch (error) {
    await bench[Symbol.asyncDispose]()
    throw error
  }
  return {
    ...bench,
    // A spread would read it once for all.
    get xmpp() {
      return bench.xmpp
    },
    get stun() {
      return bench.stun
    },
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]()
      await cpe?.[Symbol.asyncDispose]()
    },
  }
}

/** What the device trusts of the XMPP server. */
function authorityOf({ xmpp }: TestBench, { xmppCa }: SimulatedDevice): { xmppCa?: string } {
  if (xmppCa !== undefined) return { xmppCa }
  return xmpp?.caFile === undefined ? {} : { xmppCa: readFileSync(xmpp.caFile, 'utf8') }
}
