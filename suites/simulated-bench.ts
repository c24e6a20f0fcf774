import { readFileSync } from 'node:fs'
import { type SimulatedCpe, startSimulatedCpe } from '../fixtures/simulated-cpe/simulated-cpe.ts'
import type { Clock } from '../harness/clock/clock.ts'
import { type Profile, profileSchema } from '../harness/device/profile.ts'
import { openTestBench, type TestBench, type TestBenchOptions } from '../harness/test-bench.ts'

/** The pair with which the simulated device authenticates itself to the ACS. */
export const simulatedAcsCredentials = { username: 'simulated-cpe', password: 'its-acs-password' }

/** What the simulated device is to be like. */
export interface SimulatedDevice {
  faults: readonly string[]
  variants: readonly string[]
  seed?: number
}

/** The profile for the simulated device in our own process: everything on loopback, any free port. */
export const simulatedProfile = ({
  tls,
  scheme = 'digest',
}: {
  tls?: boolean
  scheme?: 'digest' | 'none'
} = {}): Profile =>
  profileSchema.parse({
    device: { name: 'simulated-cpe' },
    acs: {
      listen: '127.0.0.1:0',
      authentication: { scheme, ...simulatedAcsCredentials },
      ...(tls ? { tls: 'generated' } : {}),
    },
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
      ...(device.seed === undefined ? {} : { seed: device.seed }),
    })
  } catch (error) {
    await bench[Symbol.asyncDispose]()
    throw error
  }
  return {
    ...bench,
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]()
      await cpe?.[Symbol.asyncDispose]()
    },
  }
}
