import { basename } from 'node:path'
import type { Milliseconds } from '../clock/clock.ts'
import { endpointKey, endpointText } from '../stun-server/endpoint.ts'
import { connectionRequestEvent } from '../timeline/sessions.ts'
import type { Endpoint, Entry, NewEntry } from '../timeline/entry.ts'
import { isOwnCapture, sha256Of } from './capture-file.ts'
import { type CaptureBounds, type CaptureReader, createCaptureReader } from './capture-reader.ts'
import { CaptureUnreadable } from './capture-unreadable.ts'
import type { CapturedConnection } from './connection.ts'
import { deviceConnections, type DeviceConnections } from './device-connections.ts'
import { noteDeviceRequests } from './device-requests.ts'
import { type CapturedDevice, devicesIn } from './devices.ts'
import { type AddDraft, type Draft, gathering } from './draft.ts'
import { entryInComment } from '../timeline/entry-comment.ts'
import { numbered } from './numbered.ts'
import { type CaptureTime, readPacket } from './packet.ts'
import { withOwnEntries } from './own-entries.ts'
import { remarksOn } from './remarks.ts'
import { readByTshark } from './tshark.ts'

/** What to look for in a capture. */
export interface CaptureOptions {
  path: string
  /** For `run-started`. */
  tool: { version: string; commit?: string }
  /** An address of the device under test; otherwise it is the one with most Informs. */
  device?: string
  /** Where its ACS is; otherwise wherever its Informs go. */
  acs?: Endpoint
  /** A TLS key log. */
  keyLog?: string
  bounds?: CaptureBounds
  /** Another program than the `tshark` of the path. */
  program?: string
}

/** What a capture shows, as the timeline of a run would have it. */
export interface ReadCapture {
  entries: Entry[]
  /** Sentences about what was left out or is uncertain; they stand on the timeline, too. */
  remarks: string[]
}

/**
 * Reads a capture between any ACS and any device into the entries that a run with them would have written. It is read
 * once from beginning to end; damaged ones as far as they go.
 * @throws CaptureUnreadable where tshark is missing or too old, or nothing of a device is to be found
 * @throws NodeJS.ErrnoException where the file cannot be read
 */
export async function readCapture(options: CaptureOptions): Promise<ReadCapture> {
  const { path, keyLog, program } = options
  const reader = createCaptureReader(options.bounds)
  const further = { decrypted: keyLog !== undefined, comments: isOwnCapture(path) }
  const told: Entry[] = []
  let packets = 0
  const end = await readByTshark(
    {
      ...{ path, ...further },
      ...(keyLog === undefined ? {} : { keyLog }),
      ...(program === undefined ? {} : { program }),
    },
    line => {
      packets++
      const packet = readPacket(line, further)
      if (packet === undefined) return
      reader.packet(packet)
      told.push(...packet.comments.map(entryInComment).filter(each => each !== undefined))
    },
  )
  reader.end()
  const { device, others } = chosenDevice(reader, options)
  const connections = deviceConnections(reader.tcp.connections, device, options.acs)
  const drafts = draftsOf(reader, device, connections)
  const remarks = remarksOn({ reader, end, others, connections })
  const entries = numbered({
    first: [
      {
        type: 'run-started',
        ...{ tool: options.tool, clock: 'real', wallTime: wallTimeOf(reader.startedAt), profile: {}, pid: process.pid },
        ...{ node: process.version, platform: `${process.platform} ${process.arch}` },
        captured: { file: basename(path), sha256: await sha256Of(path), packets },
      },
      ...remarks.map((text): NewEntry => ({ type: 'capture-remark', text })),
    ],
    drafts,
    last: [{ type: 'run-ended', how: 'completed' }],
    endedAt: reader.lastAt,
  })
  const isWhole = told.some(({ type }) => type === 'run-started')
  return { entries: isWhole ? withOwnEntries(entries, told) : entries, remarks }
}

/** @throws CaptureUnreadable */
function chosenDevice(
  { tcp }: CaptureReader,
  { device: wanted, acs }: CaptureOptions,
): { device: CapturedDevice; others: CapturedDevice[] } {
  const isAcs = (endpoint: Endpoint) => acs === undefined || endpointKey(endpoint) === endpointKey(acs)
  const devices = devicesIn(tcp.connections, isAcs)
  const device = wanted === undefined ? devices[0] : devices.find(({ addresses }) => addresses.has(wanted))
  if (device !== undefined) return { device, others: devices.filter(each => each !== device) }
  if (wanted !== undefined)
    return {
      device: { name: wanted, sessions: 0, addresses: new Set([wanted]), acs: acs ? [acs] : [], urls: new Set() },
      others: devices,
    }
  const place = acs === undefined ? '' : ` to ${endpointText(acs)}`
  throw new CaptureUnreadable(
    `The capture shows no Inform${place} in clear, so nobody can tell which device it is about. Name it by its address ` +
      `(--device), or hand over the keys of its TLS connections (--keylog).`,
  )
}

/** All entries that concern the device, in no order yet. */
function draftsOf(reader: CaptureReader, device: CapturedDevice, connections: DeviceConnections): Draft[] {
  const { drafts: gathered, add } = gathering(reader.drafts)
  for (const connection of connections.acs) noteAcsConnection(connection, add)
  for (const connection of connections.xmpp) noteXmppConnection(connection, add)
  noteDeviceRequests(connections.requests, add)
  const acs = connections.acs.flatMap(({ acsDrafts }) => acsDrafts)
  const xmpp = connections.xmpp.flatMap(({ xmppDrafts }) => xmppDrafts)
  reader.datagrams.note(address => device.addresses.has(address), calledAt(acs), add)
  // Where both are in the capture, the same requests pass twice.
  const onStreams = xmpp.some(({ entry }) => entry.type === 'xmpp-cr-sent')
  const passedOn = onStreams ? [] : connections.components.flatMap(({ xmppDrafts }) => xmppDrafts)
  return [...gathered, ...acs, ...xmpp, ...passedOn]
}

/** When the device began sessions that it was asked for, in order. */
function calledAt(drafts: readonly Draft[]): Milliseconds[] {
  const times: Milliseconds[] = []
  for (const { entry } of drafts)
    if (
      entry.type === 'session-opened' &&
      entry.inform.events.some(({ eventCode }) => eventCode === connectionRequestEvent)
    )
      times.push(entry.attemptAt)
  return times.sort((a, b) => a - b)
}

function noteAcsConnection(connection: CapturedConnection, add: AddDraft): void {
  const { number, from, to, tls, begunAt, begunOrder, closed, bytes } = connection
  add({ type: 'connection-accepted', connection: number, from, to, tls }, begunAt, begunOrder)
  if (connection.beginSeen && connection.acceptedAt === undefined) return noteVainAttempt(connection, add)
  if (closed === undefined) return
  const by = closed.by === 'client' ? ('device' as const) : ('acs' as const)
  const entry = { connection: number, by, ...(closed.reset ? { error: 'The connection was reset.' } : {}) }
  add(
    { type: 'connection-closed', ...entry, bytesRead: bytes.client, bytesWritten: bytes.server },
    closed.at,
    closed.order,
  )
}

function noteVainAttempt({ number, refusedAt, lastAttemptAt }: CapturedConnection, add: AddDraft): void {
  const error = refusedAt === undefined ? 'The ACS did not answer.' : 'The ACS refused the connection.'
  add(
    { type: 'connection-closed', connection: number, by: 'acs', error, bytesRead: 0, bytesWritten: 0 },
    refusedAt ?? lastAttemptAt,
  )
}

function noteXmppConnection(connection: CapturedConnection, add: AddDraft): void {
  const { number, from, to, begunAt, begunOrder, closed, bytes } = connection
  const accepted = { connection: number, for: 'clients' as const, from, to, handling: 'served' as const }
  add({ type: 'xmpp-connection-accepted', ...accepted }, begunAt, begunOrder)
  if (closed === undefined) return
  const by = closed.by === 'client' ? ('peer' as const) : ('server' as const)
  const entry = { connection: number, by, ...(closed.reset ? { error: 'The connection was reset.' } : {}) }
  add(
    { type: 'xmpp-connection-closed', ...entry, bytesRead: bytes.client, bytesWritten: bytes.server },
    closed.at,
    closed.order,
  )
}

const wallTimeOf = (time: CaptureTime | undefined): string =>
  new Date(time === undefined ? 0 : time.seconds * 1000 + time.nanoseconds / 1e6).toISOString()
