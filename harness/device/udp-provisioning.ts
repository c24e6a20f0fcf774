import { CwmpFault } from '../cwmp/fault.ts'
import type { ParameterToSet, RpcSession } from '../cwmp/rpcs.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { type DeviceFacts, managementServer, type RootObject } from './facts.ts'
import { type Restoring, setBack, valuesBefore } from './set-back.ts'
import { keepAlivePeriods, stunSettings } from './udp-parameters.ts'
import { isOn } from './xmpp-provisioning.ts'

/** What the device is told of the STUN server. */
export interface StunSettings {
  server: { host: string; port: number }
  username: string
  password: string
}

type Parameters = DeviceFacts['parameters']

interface UdpContext {
  timeline: TimelineRecorder
  root: RootObject
}

/** What the device had before this run, and the server that this run gave it. */
interface SettingsBefore {
  parameters: Parameters
  server: StunSettings['server']
}

/** What provisioning STUN came to. */
export type UdpProvisioned = { keepAliveSeconds: number | undefined; problem?: undefined } | { problem: string }

/**
 * Gives the device its STUN server, its user there and a short fixed keep-alive period, then switches STUN on.
 * Periods that the device refuses give way to longer ones; where it takes none it keeps its own.
 */
export async function provisionUdp(
  session: RpcSession,
  context: UdpContext & { settings: StunSettings },
): Promise<UdpProvisioned> {
  const { timeline, root, settings } = context
  const { server, username, password } = settings
  const parameter = (name: string, value: string, type = 'string'): ParameterToSet => ({
    name: managementServer({ root }, name),
    value,
    type,
  })
  const set = async (parameters: ParameterToSet[]) => {
    const { status } = await session.call('SetParameterValues', { parameters })
    timeline.add({ type: 'provisioned', parameters, status: status ?? -1 })
  }
  try {
    await set([
      parameter('STUNServerAddress', server.host),
      parameter('STUNServerPort', String(server.port), 'unsignedInt'),
      parameter('STUNUsername', username),
      parameter('STUNPassword', password),
    ])
    const keepAliveSeconds = await setKeepAlive(set, root, keepAlivePeriods)
    await set([parameter('STUNEnable', '1', 'boolean')])
    return { keepAliveSeconds }
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
    return { problem: error.message }
  }
}

/**
 * Sets both keep-alive limits to the first of these periods that the device takes.
 * @returns the period, in seconds; `undefined` where it took none
 */
export async function setKeepAlive(
  set: (parameters: ParameterToSet[]) => Promise<unknown>,
  root: RootObject,
  periods: readonly number[],
): Promise<number | undefined> {
  for (const seconds of periods) {
    try {
      await set(keepAliveParameters(root, { minimum: seconds, maximum: seconds }))
      return seconds
    } catch (error) {
      if (!(error instanceof CwmpFault)) throw error
    }
  }
  return undefined
}

/** Both keep-alive limits, in seconds; a maximum of -1 is none. */
export const keepAliveParameters = (
  root: RootObject,
  { minimum, maximum }: { minimum: number; maximum: number },
): ParameterToSet[] => [
  {
    name: managementServer({ root }, 'STUNMinimumKeepAlivePeriod'),
    value: String(minimum),
    type: 'unsignedInt',
  },
  { name: managementServer({ root }, 'STUNMaximumKeepAlivePeriod'), value: String(maximum), type: 'int' },
]

/**
 * Sets the STUN parameters back as they were, STUNEnable first, so that nothing goes to a server that ends. What a run
 * that was killed had left switched on is switched off.
 */
export async function restoreUdp(session: RpcSession, context: UdpContext & SettingsBefore): Promise<void> {
  const { timeline, root, parameters } = context
  const restoring: Restoring = { parameters: [], notRestored: [] }
  const names = stunSettings
    .filter(name => name !== 'STUNPassword')
    .map(name => managementServer({ root }, name))
    .filter(name => parameters[name]?.writable)
  const [enable, ...others] = names
  try {
    if (enable !== undefined && isOn(parameters[enable]?.value) && isOfEarlierRun(context))
      await switchOff(session, restoring, enable)
    else if (enable !== undefined) await setBack(session, restoring, valuesBefore(parameters, [enable]))
    await setBack(session, restoring, valuesBefore(parameters, others))
    const password = managementServer({ root }, 'STUNPassword')
    if (password in parameters && (parameters[managementServer({ root }, 'STUNUsername')]?.value ?? '') !== '')
      restoring.notRestored.push({
        name: password,
        reason: 'The device does not tell its password; set your own again.',
      })
  } finally {
    timeline.add({ type: 'restored', ...restoring })
  }
}

async function switchOff(session: RpcSession, restoring: Restoring, enable: string): Promise<void> {
  const off: Restoring = { parameters: [], notRestored: restoring.notRestored }
  if (await setBack(session, off, [{ name: enable, value: '0', type: 'boolean' }]))
    restoring.notRestored.push({
      name: enable,
      reason: 'An earlier run had left it switched on; it is switched off now.',
    })
}

/** How a run names the user that it makes, see stun-lab.ts. */
const usernameOfRun = /^cpe-[0-9a-f]{10}$/

/** The settings before this run name its own server, or a user as runs make them. */
function isOfEarlierRun({ root, parameters, server }: UdpContext & SettingsBefore): boolean {
  const before = (name: string) => parameters[managementServer({ root }, name)]?.value ?? ''
  const isOurServer = before('STUNServerAddress') === server.host && before('STUNServerPort') === String(server.port)
  return isOurServer || usernameOfRun.test(before('STUNUsername'))
}
