import { controlMark } from '../harness/controls.ts'
import { judgeScenario } from '../harness/judge.ts'
import type { Scenario, ScenarioOutcome } from '../harness/scenario.ts'
import type { Entry, EntryOf, EventStruct, HeaderList, NewEntry, ParameterValue } from '../harness/timeline/entry.ts'
import { connectionRequestEvent } from '../harness/timeline/sessions.ts'
import type { Verdict } from '../harness/verdict/verdict.ts'

/** Something that happened, at its time in milliseconds; the timeline puts it in order and numbers it. */
export interface Moment {
  at: number
  entry: NewEntry
}

/** Some moments that belong together. Numbers of requests, connections and exchanges are given out when it is written. */
export type Happening = (next: (kind: 'request' | 'connection' | 'exchange' | 'session') => number) => Moment[]

/** Writes happenings down in the order of their times; where these are equal, in the order in which they stand. */
export function written(...happenings: Happening[]): Entry[] {
  const counts = { request: 0, connection: 0, exchange: 0, session: 0 }
  return happenings
    .flatMap(happening => happening(kind => ++counts[kind]))
    .sort((a, b) => a.at - b.at)
    .map(({ at, entry }, index) => ({ seq: index + 1, at, ...entry }))
}

/** One playing of a scenario. `cut off` leaves it without an end, as a killed run does. */
export function playing(
  { id, title }: Scenario,
  happenings: readonly Happening[],
  how: EntryOf<'scenario-ended'>['how'] | 'cut off' = 'completed',
): Entry[] {
  const begun: Happening = () => [{ at: 0, entry: { type: 'scenario-begun', scenario: id, title, repetition: 1 } }]
  const entries = written(begun, ...happenings)
  if (how === 'cut off') return entries
  const last = { seq: entries.length + 1, at: entries.at(-1)?.at ?? 0 }
  return [...entries, { ...last, type: 'scenario-ended', scenario: id, how }]
}

/** What the judge of the scenario says of it. @throws when there is not exactly one playing */
export function outcomeOf(scenario: Scenario, entries: readonly Entry[]): ScenarioOutcome {
  const [outcome, ...more] = judgeScenario(scenario, entries)
  if (!outcome || more.length > 0) throw new Error(`${scenario.id} was played ${more.length} times besides once.`)
  return outcome
}

/** The verdict on each metric of a scenario that was played to its end. */
export const judged = (scenario: Scenario, ...happenings: Happening[]): Record<string, Verdict> =>
  verdictsOf(outcomeOf(scenario, playing(scenario, happenings)))

export const verdictsOf = ({ metrics }: Pick<ScenarioOutcome, 'metrics'>): Record<string, Verdict> =>
  Object.fromEntries(metrics.map(({ name, verdict }) => [name, verdict]))

export const mark =
  (name: string, at: number, data?: Record<string, unknown>): Happening =>
  () => [{ at, entry: { type: 'mark', name, ...(data === undefined ? {} : { data }) } }]

/** Any entry as it stands. */
export const plain =
  (at: number, entry: NewEntry): Happening =>
  () => [{ at, entry }]

export interface WrittenRequest {
  /** When the request whose outcome counts was written. */
  at: number
  /** Its status; left away where the timeline ends before. */
  answered?: number
  /** Instead of an answer. */
  unanswered?: EntryOf<'http-cr-unanswered'>['reason']
  /** From the request to the last byte of its answer, or until it was given up. */
  tookMs?: number
  headers?: HeaderList
  bodyLength?: number
  connectMs?: number
  authorised?: boolean
  /** Without credentials there is one request only; with Digest a challenge precedes it. */
  credentials?: 'none' | 'digest' | 'basic'
  /** Not even the connection came about. */
  unsent?: true
}

/** A Connection Request with its challenge and its outcome. */
export const request =
  (label: string, options: WrittenRequest): Happening =>
  next => {
    const { at, credentials = 'digest' } = options
    const challenged = credentials === 'digest' && !options.unsent
    const challengeLeg = { ...options, at: at - 20, tookMs: 10, answered: 401, headers: digestChallenge, bodyLength: 0 }
    return [
      ...(challenged ? leg(label, { ...challengeLeg, credentials: 'none' }, next) : []),
      ...leg(label, { ...options, credentials }, next),
    ]
  }

/** The challenge of a device that does what it should. */
export const digestChallenge: HeaderList = [
  ['WWW-Authenticate', 'Digest realm="device", nonce="5f3a", qop="auth", algorithm=MD5'],
]

const acs = { address: '192.0.2.1', port: 7547 }
const device = { address: '192.0.2.2', port: 30005 }

function leg(label: string, options: WrittenRequest, next: Parameters<Happening>[0]): Moment[] {
  const { at, answered, unanswered, tookMs = 10, authorised = true, credentials = 'none' } = options
  const { headers = [], bodyLength = 0, connectMs = 1 } = options
  const ids = { request: next('request'), connection: next('connection') }
  const sent: NewEntry = {
    type: 'http-cr-sent',
    ...ids,
    ...{ label, method: 'GET', target: '/q7x2', headers: [], raw: { text: '', length: 0 } },
    ...{ credentials, socket: 'fresh', from: acs, to: device, authorised },
  }
  const answer: NewEntry = {
    type: 'http-cr-answered',
    ...ids,
    ...{
      status: answered ?? 0,
      reason: '',
      httpVersion: '1.1',
      headers,
      body: { length: bodyLength },
      bodyEnd: 'none',
    },
    ...{ sentAt: at, firstByteAt: at + tookMs, lastByteAt: at + tookMs, connectMs, problems: [] },
  }
  return [
    ...(options.unsent ? [] : [{ at, entry: sent }]),
    ...(answered === undefined || unanswered !== undefined ? [] : [{ at: at + tookMs, entry: answer }]),
    ...(unanswered === undefined
      ? []
      : [
          {
            at: at + tookMs,
            entry: { type: 'http-cr-unanswered' as const, ...ids, reason: unanswered, detail: unanswered },
          },
        ]),
  ]
}

export interface WrittenSession {
  /** The attempt: when the connection came that carried the Inform. */
  at: number
  /** Where other things refer to it; numbered by itself otherwise. */
  id?: number
  events?: (string | EventStruct)[]
  retryCount?: string
  parameters?: ParameterValue[]
  /** `false` for a session that goes on past the end of the timeline. */
  ended?: EntryOf<'session-ended'>['how'] | false
  /** From the attempt to the end. */
  tookMs?: number
  /** Times of RPCs of ours that were answered, each at once. */
  rpcsAt?: number[]
  /** The Inform came on a connection that was there before. */
  reused?: true
  opened?: Partial<EntryOf<'session-opened'>>
}

/** A session with the connection that carried it, from the attempt to its end. */
export const session =
  (options: WrittenSession): Happening =>
  next => {
    const { at, events = [connectionRequestEvent], retryCount = '0', ended = 'completed', tookMs = 100 } = options
    const id = options.id ?? 100 + next('session')
    const ids = { connection: next('connection'), exchange: next('exchange') }
    const deviceId = { manufacturer: 'Example', oui: '00D09E', productClass: 'Gateway', serialNumber: '17' }
    const opened: NewEntry = {
      type: 'session-opened',
      session: id,
      ...ids,
      ...{ attemptAt: at, attemptBasis: options.reused ? 'inform-first-byte' : 'connection' },
      cwmp: 'urn:dslforum-org:cwmp-1-2',
      inform: {
        deviceId,
        events: events.map(event => (typeof event === 'string' ? { eventCode: event, commandKey: '' } : event)),
        ...{ maxEnvelopes: '1', currentTime: '2026-01-02T03:04:05+01:00', retryCount },
        parameters: options.parameters ?? [],
      },
      ...{ problems: [], ofDeviceUnderTest: true },
      ...options.opened,
    }
    const status = ended === 'failed-by-acs' ? 503 : 200
    const answer: NewEntry = { type: 'http-sent', ...ids, session: id, status, headers: [], body: { length: 0 } }
    return [
      ...(options.reused ? [] : [{ at, entry: accepted(ids.connection) }]),
      { at: at + 2, entry: received(ids) },
      { at: at + 3, entry: opened },
      { at: at + 4, entry: answer },
      ...(status === 200
        ? [{ at: at + 4, entry: { type: 'inform-answered' as const, session: id, exchange: ids.exchange } }]
        : []),
      ...(options.rpcsAt ?? []).flatMap(rpcAt => rpc(id, rpcAt, next)),
      ...(ended === false
        ? []
        : [{ at: at + tookMs, entry: { type: 'session-ended' as const, session: id, how: ended } }]),
    ]
  }

const accepted = (connection: number, from = device): NewEntry => ({
  type: 'connection-accepted',
  connection,
  ...{ from, to: acs, tls: false },
})

/** A connection to the ACS on which nothing came. */
export const bareConnection =
  (at: number): Happening =>
  next => [{ at, entry: accepted(next('connection')) }]

const received = (ids: { connection: number; exchange: number }): NewEntry => ({
  type: 'http-received',
  ...ids,
  ...{ firstByteAt: 0, method: 'POST', target: '/', httpVersion: '1.1', headers: [['SOAPAction', '']] },
  ...{ body: { length: 1000 }, problems: [] },
})

function rpc(id: number, at: number, next: Parameters<Happening>[0]): Moment[] {
  const common = { session: id, exchange: next('exchange'), id: `${at}`, method: 'GetParameterValues' }
  return [
    { at, entry: { type: 'rpc-sent', ...common, summary: '' } },
    { at, entry: { type: 'rpc-answered', ...common, problems: [] } },
  ]
}

/** The ordinary request after a window, and the session that it brings unless `silent`. */
export const control = (at: number, { silent = false } = {}): Happening[] => [
  mark(controlMark, at),
  request('positive control', { at: at + 50, answered: 204 }),
  ...(silent ? [] : [session({ at: at + 500 })]),
]
