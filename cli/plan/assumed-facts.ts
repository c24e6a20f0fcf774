import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { ControlAction, DeviceFacts, UdpFacts, XmppFacts } from '../../harness/device/facts.ts'
import { parseListen } from '../../harness/device/listen-address.ts'
import { localAddresses, secondLocalAddress } from '../../harness/device/local-address.ts'
import type { Profile } from '../../harness/device/profile.ts'
import { controlActions, declaredMeans } from '../../harness/device/profile-control.ts'
import { asksForUdp } from '../../harness/meet-udp.ts'
import { asksForXmpp } from '../../harness/meet-xmpp.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { openSimulatedBench, simulatedProfile } from '../../suites/simulated-bench.ts'
import { thisTool } from '../tool.ts'

/** The facts of a conforming simulated device, met in virtual time. */
export async function simulatedFacts(): Promise<DeviceFacts> {
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile(),
    redactor: keepSecrets,
    about: { tool: thisTool(), node: process.version, platform: process.platform },
    device: { faults: [], variants: [] },
  })
  const facts = await bench.meet()
  await bench.finish('completed')
  return facts
}

/** What to assume of the device of a profile before anyone has met it: conforming, with what the profile declares. */
export async function assumedFacts(
  profile: Profile,
  options: { unattended?: boolean; conforming?: DeviceFacts } = {},
): Promise<DeviceFacts> {
  const { timing, acs, connectionRequest } = profile
  const { secondAddress: _, ...facts } = options.conforming ?? (await simulatedFacts())
  const declared = declaredMeans(profile.control)
  const isAsked = (action: ControlAction) => options.unattended === true && declared[action] === 'ask'
  const unattended = controlActions.filter(isAsked)
  const secondAddress = connectionRequest.secondAddress ?? secondAddressFor(profile)
  return {
    ...facts,
    http: profile.features.http,
    control: Object.fromEntries(Object.entries(declared).filter(([action]) => !isAsked(action as ControlAction))),
    ...(unattended.length === 0 ? {} : { unattended }),
    deviceCredentialsKnown: acs.authentication.scheme !== 'none',
    xmpp: assumedXmpp(profile, facts.xmpp),
    udp: assumedUdp(profile, facts.udp),
    tls: acs.tls !== undefined || acs.url?.startsWith('https:') === true,
    ...(secondAddress === undefined ? {} : { secondAddress }),
    timing: {
      idleMs: timing.idle,
      watchMs: timing.watch,
      graceMs: timing.grace,
      xmppConnectMs: timing.xmppConnect,
      bootMs: timing.boot,
      stunBindingMs: timing.stunBinding,
      rateLimitMs: timing.rateLimit,
    },
  }
}

/** What a run would find, if the device is in the network of the ACS. */
function secondAddressFor({ acs }: Profile): string | undefined {
  const { address = '0.0.0.0' } = parseListen(acs.listen) ?? {}
  const everywhere = address === '0.0.0.0' || address === '::'
  const host = acs.url === undefined ? (everywhere ? localAddresses()[0] : address) : new URL(acs.url).hostname
  return host === undefined ? undefined : secondLocalAddress(host, host)
}

function assumedXmpp(profile: Profile, conforming: XmppFacts): XmppFacts {
  if (profile.features.xmpp === false)
    return { state: 'left-out', detail: 'The profile leaves XMPP Connection Requests out.' }
  if (!asksForXmpp(profile))
    return {
      state: 'not-claimed',
      detail: 'The profile does not ask for XMPP, and whether the device has it shows when it is met.',
    }
  return { ...conforming, server: profile.xmpp?.server ?? 'embedded' }
}

function assumedUdp(profile: Profile, conforming: UdpFacts): UdpFacts {
  if (profile.features.udp === false)
    return { state: 'left-out', detail: 'The profile leaves UDP Connection Requests out.' }
  if (asksForUdp(profile)) return conforming
  return {
    state: 'not-claimed',
    detail: 'The profile does not ask for UDP, and whether the device has it shows when it is met.',
  }
}
