/**
 * What can stand on the timeline. One discriminated union: `type` says what happened, `seq` in which order,
 * `at` when (milliseconds on the run's monotonic clock, taken when the entry was made).
 */
import type { SuiteDeclaration } from './suite-entry.ts'
import type { StunEntries, UdpConnectionRequestEntries } from './udp-entry.ts'
import type { Body, Endpoint } from './wire-data.ts'
import type { XmppConnectionRequestEntries, XmppStreamEntries } from './xmpp-entry.ts'

export type { Body, Endpoint } from './wire-data.ts'

/** Header fields in the order and spelling in which they were sent. */
export type HeaderList = [name: string, value: string][]

/** Something in a peer's syntax that a strict reader would refuse; reading went on. */
export interface SyntaxProblem {
  /** Stable key, for example `lf-line-ends`. */
  code: string
  /** A sentence for people. */
  text: string
}

export interface EventStruct {
  eventCode: string
  commandKey: string
  /** The CommandKey element was not there at all. */
  commandKeyMissing?: true
}

export interface ParameterValue {
  name: string
  value: string
  /** The xsi:type as written, without its prefix. */
  type?: string
}

/** An Inform as it was read, without any judgement. A missing element is `undefined`. */
export interface InformContent {
  deviceId: {
    manufacturer?: string | undefined
    oui?: string | undefined
    productClass?: string | undefined
    serialNumber?: string | undefined
  }
  events: EventStruct[]
  maxEnvelopes?: string | undefined
  currentTime?: string | undefined
  retryCount?: string | undefined
  parameters: ParameterValue[]
}

/** How the device authenticated a request towards the ACS, as far as it did. */
export interface DeviceAuthentication {
  scheme: 'none' | 'basic' | 'digest' | 'other'
  ok: boolean
  /** Why it was refused. */
  problem?: string
  algorithm?: string
  cnonce?: string
  nonceCount?: string
}

interface RunEntries {
  'run-started': {
    tool: { version: string; commit?: string }
    clock: 'real' | 'virtual'
    wallTime: string
    node: string
    platform: string
    /** The profile as used, redacted. */
    profile: unknown
    /** The profile file as it was named, for the command that runs it again. */
    profilePath?: string
    /** The process that writes this timeline. */
    pid: number
    /** What simulated device answers, when it is ours. */
    simulated?: { faults: string[]; variants: string[] }
    /** Suites of the user's own that are played beside the built-in scenarios. */
    suites?: SuiteDeclaration[]
    /** The capture that was read, when nothing was played at all: every entry then comes from its packets. */
    captured?: { file: string; sha256: string; packets: number }
    /** Which part of how many this run plays, counted from 1; parts of one division share its name. */
    shard?: { index: number; total: number; division: string }
    /** Of devices that are played side by side: which this is, which there are, and the part of them that is played. */
    shelf?: { device: string; devices: string[]; part?: { index: number; total: number } }
  }
  /** What an earlier run broke, with which this one is compared: read from `baseline.run` of the profile. */
  baseline: {
    /** As the profile has it. */
    run: {
      path: string
      startedAt: string
      clock?: 'real' | 'virtual'
      device?: { name?: string; manufacturer?: string; oui?: string; productClass?: string; firmware?: string }
      ended?: { how: 'completed' | 'interrupted' | 'broken-off' | 'killed' }
      /** Whether its device was the simulated one. */
      simulated?: boolean
      /** What was played there. */
      scenarios?: string[]
    }
    /** Each metric that failed there, as `scenario.name`, with the shape of what it saw; often several a requirement. */
    broken: { requirement: string; metric: string; seen: string }[]
  }
  'acs-listening': { url: string; listen: Endpoint; tls: boolean }
  'waiting-for-device': { what: string; timeoutMs: number }
  /** What the probe found: plain data, see harness/device/probe.ts. */
  probed: { probe: unknown }
  planned: {
    scenario: string
    applies: boolean
    reason?: string
    wouldApplyIf?: string
    /** It applies to the device but was not asked for, so that nothing is said of what it judges. */
    leftOut?: true
    windowsMs: number
  }
  provisioned: { parameters: ParameterValue[]; status: number }
  restored: { parameters: string[]; notRestored: { name: string; reason: string }[] }
  /** What a capture does not show, or not surely. */
  'capture-remark': { text: string }
  'run-ended': { how: 'completed' | 'interrupted' | 'broken-off'; reason?: string }
}

interface HarnessEntries {
  'scenario-begun': { scenario: string; title: string; repetition: number }
  'scenario-ended': {
    scenario: string
    how: 'completed' | 'interrupted' | 'broken-off' | 'device-dead'
    reason?: string
  }
  'step-begun': { text: string }
  'step-ended': { text: string }
  /** A window during which something must not happen. */
  'watch-begun': { for: string; ms: number }
  'watch-ended': { for: string; ms: number; how: 'over' | 'seen' | 'interrupted' }
  /** A named point for the judge, with what the scenario knew there. */
  mark: { name: string; data?: Record<string, unknown> }
  'limit-used': { name: string; ms: number; source: 'spec' | 'ours'; why: string }
  /** Waiting for something that must happen ended without it. */
  'wait-timed-out': { what: string; ms: number }
  'harness-error': { message: string; stack?: string; scenario?: string }
  /** The longest delay of our own event loop since the last such entry. */
  'loop-delay': { maxMs: number; p99Ms: number }
  /**
   * Nothing of ours ran between `from` and `to` of the run's clock: the `machine` slept, while which that clock may have
   * stood still, or the `process` was stopped, or it was `busy` with one thing of its own, which is an error of ours.
   * `ms`: how long it really was.
   */
  suspended: { from: number; to: number; ms: number; how: 'machine' | 'process' | 'busy' }
  /** The wall clock was set: forward by so many milliseconds, or back where they are negative. */
  'clock-set': { byMs: number }
  /** A control hook was carried out (reboot, factory reset, a shell command, a person). */
  control: {
    action: string
    /** `ask` begins a person's turn and `person` ends it, as `command-begun` and `command` do with that of a command. */
    how: string
    /** The shell command that begins. */
    command?: string
    exitCode?: number
    output?: string
    problem?: string
    /** What a person is asked for, and how long that is waited for, in milliseconds. */
    sentence?: string
    waitMs?: number
  }
}

interface AcsEntries {
  'connection-accepted': { connection: number; from: Endpoint; to: Endpoint; tls: boolean }
  'connection-closed': {
    connection: number
    by: 'device' | 'acs'
    error?: string
    bytesRead: number
    bytesWritten: number
  }
  'http-received': {
    connection: number
    exchange: number
    /** When the first byte of this request arrived. */
    firstByteAt: number
    method: string
    target: string
    httpVersion: string
    headers: HeaderList
    body: Body
    /** The Content-Encoding in which the body came, in so many bytes; `body` is what it held. */
    coding?: { name: string; bytes: number }
    /** The next request was already there before this one was answered. */
    pipelined?: true
    problems: SyntaxProblem[]
  }
  'http-refused': { connection: number; reason: string; raw: Body }
  'http-sent': {
    connection: number
    exchange: number
    session?: number
    status: number
    headers: HeaderList
    body: Body
    /** Why this answer was given when it is not the ordinary one. */
    because?: string
  }
  /** An Inform arrived, authenticated or not: from here on there is a session. */
  'session-opened': {
    session: number
    connection: number
    exchange: number
    /** The attempt: the TCP connection that carried the Inform, or its first byte on a connection used before. */
    attemptAt: number
    attemptBasis: 'connection' | 'inform-first-byte'
    cwmp: string
    inform: InformContent
    /** Structure against the official schema. */
    problems: SyntaxProblem[]
    /** False when the DeviceId is not that of the device under test. */
    ofDeviceUnderTest: boolean
    /** The session that was still open when this Inform came. */
    insideSession?: number
  }
  /** The Inform of this session came again (after a 401, a fault 8005 or a redirect) and is part of the same session. */
  'inform-repeated': {
    session: number
    connection: number
    exchange: number
    why: 'authentication' | 'retry-request' | 'redirect'
    inform: InformContent
    cookies: string[]
  }
  'device-authenticated': { session: number; exchange: number; authentication: DeviceAuthentication }
  'inform-answered': { session: number; exchange: number }
  /** An empty POST of the device inside a session. */
  'empty-post': { session: number; connection: number; exchange: number }
  'rpc-sent': { session: number; exchange: number; id: string; method: string; summary: string; arguments?: unknown }
  'rpc-answered': {
    session: number
    exchange: number
    id: string
    method: string
    fault?: { code: string; text: string }
    result?: unknown
    problems: SyntaxProblem[]
  }
  /** A request of the device's own besides Inform (TransferComplete, GetRPCMethods ...). */
  'device-rpc': { session: number; exchange: number; method: string; known: boolean; holdRequests: boolean }
  'session-ended': {
    session: number
    /** `completed`: the ACS had nothing more and the device's empty POST was answered by an empty answer. */
    how:
      | 'completed'
      | 'failed-by-acs'
      | 'broken-off-by-device'
      | 'not-authenticated'
      | 'superseded'
      | 'timed-out'
      | 'stopped'
    reason?: string
  }
}

interface ConnectionRequestEntries {
  'http-cr-connecting': { request: number; to: Endpoint; from?: string; connection: number }
  'http-cr-sent': {
    request: number
    connection: number
    /** What kind of request, in the scenario's words, for example `wrong password`. */
    label: string
    method: string
    target: string
    headers: HeaderList
    raw: Body
    /** What the Authorization header claims; `none` for the unauthenticated leg. */
    credentials: 'none' | 'digest' | 'basic'
    socket: 'fresh' | 'kept'
    from: Endpoint
    to: Endpoint
    /** Whether the device should accept it. */
    authorised: boolean
  }
  'http-cr-answered': {
    request: number
    connection: number
    status: number
    reason: string
    httpVersion: string
    headers: HeaderList
    body: Body
    /** How the end of the body was recognised. */
    bodyEnd: 'none' | 'content-length' | 'chunked' | 'close' | 'timeout'
    sentAt: number
    firstByteAt: number
    lastByteAt: number
    /** The connection set-up time: a lower bound of the round trip. */
    connectMs: number
    problems: SyntaxProblem[]
  }
  'http-cr-unanswered': {
    request: number
    connection: number
    reason: 'refused' | 'reset' | 'timeout' | 'closed' | 'unreachable' | 'malformed'
    detail: string
    sentAt?: number
    received?: Body
  }
  /** A socket of ours towards the device closed. */
  'http-cr-closed': { connection: number; by: 'device' | 'harness' }
}

type EntryTable = RunEntries &
  HarnessEntries &
  AcsEntries &
  ConnectionRequestEntries &
  XmppStreamEntries &
  XmppConnectionRequestEntries &
  StunEntries &
  UdpConnectionRequestEntries

export type EntryType = keyof EntryTable
export type Entry = { [T in EntryType]: { seq: number; at: number; type: T } & EntryTable[T] }[EntryType]
export type EntryOf<T extends EntryType> = Extract<Entry, { type: T }>
/** What is handed to the recorder: the entry without its number and time. */
export type NewEntry = { [T in EntryType]: { type: T } & EntryTable[T] }[EntryType]
