import type { Milliseconds } from '../clock/clock.ts'
import type { InformContent } from '../timeline/entry.ts'

/** The root of the device's data model: TR-181 or TR-098. */
export type RootObject = 'Device.' | 'InternetGatewayDevice.'

export type ControlAction = 'start' | 'stop' | 'reboot' | 'factoryReset' | 'power' | 'valueChange'

/** How the harness can carry out a control action on this device. */
export type ControlMeans = 'command' | 'rpc' | 'ask' | 'in-process'

/** How far a device was brought to XMPP Connection Requests. Annex K */
export interface XmppFacts {
  /**
   * `left-out`: by the profile; `not-claimed`: the device does not say that it has them; `no-server`: nobody to
   * connect to; `not-provisioned`: the device refused its settings; `not-connected`: no stream came.
   */
  state: 'left-out' | 'not-claimed' | 'no-server' | 'not-provisioned' | 'not-connected' | 'connected'
  /** A sentence for people. */
  detail: string
  server?: 'embedded' | 'external'
  /** What the device has, once it was provisioned. */
  connection?: XmppConnectionFacts
  /** The full JID that the server bound, as first seen. */
  jid?: string
  /** The very first XMPP Connection Request was answered by a result. */
  requestAccepted?: boolean
  /** From that result to the attempt to open the session; absent where no session came. */
  timeToSessionMs?: Milliseconds
}

/** The XMPP.Connection instance of the run, as the device has it. */
export interface XmppConnectionFacts {
  /** For example `Device.XMPP.Connection.1.` */
  path: string
  /** AddObject made it; otherwise a row was taken over that the device ships. */
  created: boolean
  /** Why AddObject failed. */
  refusal?: { code: string; text: string }
  /** Its parameters by full name, as they were before provisioning. */
  parameters: Record<string, { value: string; writable: boolean; type?: string }>
  /** The row of its server table that names our server, where it has one. */
  serverRow?: string
}

/** How far a device was brought to UDP Connection Requests. Annex G */
export interface UdpFacts {
  /**
   * `left-out`: by the profile; `not-claimed`: the device does not say that it has them; `no-server`: the STUN server
   * cannot listen; `not-provisioned`: the device refused its settings; `no-binding`: no Binding Request came.
   */
  state: 'left-out' | 'not-claimed' | 'no-server' | 'not-provisioned' | 'no-binding' | 'bound'
  /** A sentence for people. */
  detail: string
  /** Where the device finds the STUN server. */
  server?: { host: string; port: number }
  /** The keep-alive period that it took, in seconds; absent where it kept its own. */
  keepAliveSeconds?: number
  /** Where its first Binding Request with CONNECTION-REQUEST-BINDING came from. */
  binding?: { address: string; port: number }
  /** Its address towards us is another one than its own: there is a NAT between. */
  natted?: boolean
  /** From the first copy of the first UDP Connection Request to the attempt; absent where no session came. */
  timeToSessionMs?: Milliseconds
}

/** Whether the Connection Request server could be reached when it was first tried. */
export interface Reachability {
  state: 'reachable' | 'refused' | 'unreachable' | 'no-url' | 'unusable-url'
  /** The device calls from another address: what does not answer at its own is not the device. */
  behindNat?: true
  /** A sentence for people. */
  detail: string
}

/**
 * What is known of the device before the scenarios: found by the probe, completed from the profile. Plain data,
 * because it stands on the timeline and offline judging needs it.
 */
export interface DeviceFacts {
  deviceId: InformContent['deviceId']
  cwmp: string
  root: RootObject
  firmware?: string
  connectionRequestUrl?: string
  reachability: Reachability
  /** Names that GetRPCMethods gave. */
  rpcMethods: string[]
  /** Its first Inform reported "0 BOOTSTRAP": the first contact with this ACS. */
  bootstrapped: boolean
  /** What the profile says of the HTTP transport: `false` where it shall not be tested. */
  http: 'auto' | boolean
  /** Readable parameters of ManagementServer and DeviceInfo by full name. */
  parameters: Record<string, { value: string; writable: boolean; type?: string }>
  /** From the success reply to the attempt, seen once before the scenarios; `undefined` when no session came. */
  timeToSessionMs?: Milliseconds
  /** What the very first request got, by status and number on the timeline; absent when it got no answer. */
  firstAnswer?: { status: number; seq: number }
  /** The probe's own Connection Request was accepted because of its credentials. */
  credentialsWork: boolean
  /** Fault or status of the SetParameterValues that provisioned the credentials. */
  provisioning: { status?: number; problem?: string }
  /** A local address, other than the ACS's, from which the device can be asked. */
  secondAddress?: string
  control: Partial<Record<ControlAction, ControlMeans>>
  /** Actions for which the profile asks a person, while nobody is there; they are not in `control`. */
  unattended?: ControlAction[]
  /** The ACS may challenge the device, because its credentials are known. */
  deviceCredentialsKnown: boolean
  /** The ACS is reached over TLS, so that Basic is allowed too. */
  tls: boolean
  /** How far XMPP Connection Requests were got ready before the scenarios. */
  xmpp: XmppFacts
  /** How far UDP Connection Requests were got ready before the scenarios. */
  udp: UdpFacts
  timing: {
    idleMs: Milliseconds
    watchMs: Milliseconds
    graceMs: Milliseconds
    bootMs: Milliseconds
    xmppConnectMs: Milliseconds
    stunBindingMs: Milliseconds
    rateLimitMs: Milliseconds
  }
}

/** The full name of a parameter of ManagementServer in this device's data model. */
export const managementServer = (facts: Pick<DeviceFacts, 'root'>, name: string) =>
  `${facts.root}ManagementServer.${name}`

/** Whether the device has that ManagementServer parameter. */
export const hasManagementServer = (facts: DeviceFacts, name: string) =>
  managementServer(facts, name) in facts.parameters
