import { type ControlAction, type DeviceFacts, managementServer } from '../../harness/device/facts.ts'
import type { Scenario } from '../../harness/scenario.ts'

/** Something that a scenario may need of the device or the lab. */
export interface Prerequisite {
  id: string
  /** What must be so, in a sentence. */
  text: string
  /** For the functionality tag, where not every device has it or not every lab can do it: `supports …`. */
  condition?: string
  /** Ids of what goes without saying where this is needed. */
  implies?: readonly string[]
  /** The same facts without it. */
  without: (facts: DeviceFacts) => DeviceFacts
}

/**
 * What a scenario needs, found out by taking one thing after the other away from a device that has all there is.
 * @param facts of a device to which the scenario applies
 */
export const prerequisitesOf = (scenario: Scenario, facts: DeviceFacts): Prerequisite[] =>
  prerequisites(facts).filter(({ without }) => !scenario.applies(without(facts)).applies)

/** Everything that can be taken away from this device. */
export const prerequisites = (facts: DeviceFacts): Prerequisite[] => [
  ...byHttp,
  ...byXmpp,
  ...byUdp,
  ...parametersToSet(facts),
  ...rpcsToCall(facts),
  ...controlOf(facts),
  ...ofTheLab,
]

function withoutSession<F extends { timeToSessionMs?: number }>(facts: F): Omit<F, 'timeToSessionMs'> {
  const { timeToSessionMs: _, ...others } = facts
  return others
}

const byHttp: readonly Prerequisite[] = [
  {
    id: 'http-server',
    text: 'The `ConnectionRequestURL` of the device can be reached, and the profile leaves HTTP in (`features.http`).',
    without: facts => ({
      ...facts,
      http: false,
      reachability: { ...facts.reachability, state: 'no-url', detail: 'It has no ConnectionRequestURL.' },
    }),
  },
  {
    id: 'no-nat',
    text: 'No NAT stands between the device and the lab.',
    without: facts => ({ ...facts, reachability: { ...facts.reachability, behindNat: true } }),
  },
  {
    id: 'http-credentials',
    text: 'The device accepts `ConnectionRequestUsername` and `ConnectionRequestPassword` as they were set.',
    implies: ['http-server'],
    without: facts => ({ ...facts, credentialsWork: false }),
  },
  {
    id: 'http-session',
    text: 'A session followed the first Connection Request by HTTP.',
    implies: ['http-server', 'http-or-xmpp-session'],
    without: withoutSession,
  },
  {
    id: 'http-or-xmpp-session',
    text: 'A session followed the first Connection Request by HTTP, or the first by XMPP.',
    without: facts => ({ ...withoutSession(facts), xmpp: withoutSession(facts.xmpp) }),
  },
]

/** Every device has them, and they can be set. */
const parametersOfAll: readonly string[] = ['PeriodicInformEnable', 'PeriodicInformInterval']

function parametersToSet(facts: DeviceFacts): Prerequisite[] {
  const object = managementServer(facts, '')
  const names = Object.keys(facts.parameters).filter(name => name.startsWith(object))
  return names.map(fullName => {
    const name = fullName.slice(object.length)
    return {
      id: fullName,
      text: `\`ManagementServer.${name}\` can be set.`,
      ...(parametersOfAll.includes(name) ? {} : { condition: `lets \`ManagementServer.${name}\` be set` }),
      without: ({ parameters, ...others }) => ({
        ...others,
        parameters: { ...parameters, [fullName]: { value: '', writable: false } },
      }),
    }
  })
}

/** TR-069 A.3: no device may lack them. */
const rpcsOfAll: readonly string[] = [
  'GetRPCMethods',
  'SetParameterValues',
  'GetParameterValues',
  'GetParameterNames',
  'SetParameterAttributes',
  'GetParameterAttributes',
  'AddObject',
  'DeleteObject',
  'Reboot',
  'Download',
]

const rpcsToCall = ({ rpcMethods }: DeviceFacts): Prerequisite[] =>
  rpcMethods.map(method => ({
    id: `rpc ${method}`,
    text: `The device supports the RPC ${method}.`,
    ...(rpcsOfAll.includes(method) ? {} : { condition: `supports the RPC ${method}` }),
    without: facts => ({ ...facts, rpcMethods: facts.rpcMethods.filter(other => other !== method) }),
  }))

const controlVerbs: Record<ControlAction, string> = {
  start: 'start the device',
  stop: 'stop the device',
  reboot: 'reboot the device',
  factoryReset: 'reset the device to how it was shipped',
  power: 'take the power from the device and give it back',
  valueChange: 'change a value of the device',
}

const controlOf = ({ control }: DeviceFacts): Prerequisite[] =>
  (Object.keys(control) as ControlAction[]).map(action => ({
    id: `control.${action}`,
    text: `The profile says how to ${controlVerbs[action]} (\`control.${action}\`).`,
    condition: `the lab can ${controlVerbs[action]}`,
    without: facts => ({
      ...facts,
      control: Object.fromEntries(Object.entries(facts.control).filter(([name]) => name !== action)),
    }),
  }))

const byXmpp: readonly Prerequisite[] = [
  {
    id: 'xmpp',
    text: 'The device says that it has XMPP Connection Requests, or the profile does (`features.xmpp`).',
    condition: 'supports Connection Requests by XMPP',
    without: facts => ({ ...facts, xmpp: { ...facts.xmpp, state: 'not-claimed' } }),
  },
  {
    id: 'xmpp-connection',
    text: 'The device took its XMPP settings.',
    implies: ['xmpp'],
    without: facts => ({ ...facts, xmpp: { ...facts.xmpp, state: 'not-provisioned' } }),
  },
  {
    id: 'xmpp-stream',
    text: 'The device connected to the XMPP server.',
    implies: ['xmpp', 'xmpp-connection'],
    without: facts => ({ ...facts, xmpp: { ...facts.xmpp, state: 'not-connected' } }),
  },
  {
    id: 'xmpp-session',
    text: 'A session followed the first Connection Request by XMPP.',
    implies: ['xmpp', 'xmpp-connection', 'xmpp-stream', 'http-or-xmpp-session'],
    without: facts => ({ ...facts, xmpp: withoutSession(facts.xmpp) }),
  },
  {
    id: 'embedded-server',
    text: 'The XMPP server is the one that ConnReq brings along (`xmpp.server: embedded`).',
    without: facts => ({ ...facts, xmpp: { ...facts.xmpp, server: 'external' } }),
  },
]

const byUdp: readonly Prerequisite[] = [
  {
    id: 'udp',
    text: 'The device says that it has UDP Connection Requests, or the profile does (`features.udp`).',
    condition: 'supports Connection Requests by UDP',
    without: facts => ({ ...facts, udp: { ...facts.udp, state: 'not-claimed' } }),
  },
  {
    id: 'stun-settings',
    text: 'The device took its STUN settings.',
    implies: ['udp'],
    without: facts => ({ ...facts, udp: { ...facts.udp, state: 'not-provisioned' } }),
  },
  {
    id: 'binding',
    text: 'The device announced a binding to the STUN server.',
    implies: ['udp', 'stun-settings'],
    without: facts => ({ ...facts, udp: { ...facts.udp, state: 'no-binding' } }),
  },
  {
    id: 'udp-session',
    text: 'A session followed the first Connection Request by UDP.',
    implies: ['udp', 'stun-settings', 'binding'],
    without: facts => ({ ...facts, udp: withoutSession(facts.udp) }),
  },
]

const ofTheLab: readonly Prerequisite[] = [
  {
    id: 'device-credentials',
    text: 'The profile names the username and password of the device towards the ACS (`acs.authentication`).',
    without: facts => ({ ...facts, deviceCredentialsKnown: false }),
  },
  {
    id: 'second-address',
    text: 'The machine of the lab has a second address (`connectionRequest.secondAddress`, else found by itself).',
    without(facts) {
      const { secondAddress: _, ...others } = facts
      return others
    },
  },
]
