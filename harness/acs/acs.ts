import { isIPv6 } from 'node:net'
import type { Clock, Milliseconds } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { type ConnectionLimits, createAdmission } from './admission.ts'
import { type Authentication, createAuthenticator } from './authentication.ts'
import { type ConversationOptions, converse } from './conversation.ts'
import type { Exchange } from './exchange.ts'
import { createHttpServer } from './http-server.ts'
import { openListener } from '../listening/listener.ts'
import type { TlsIdentity } from '../tls/authority.ts'
import { type ClientCertificates, serverTls } from '../tls/client-certificates.ts'
import { type PlannedSession, createPlanQueue } from './planned-sessions.ts'
import type { SessionPlan } from './session-plan.ts'
import { type DeviceIdentity, createSessionTable } from './session-table.ts'

export type { Authentication } from './authentication.ts'
export type { PlannedSession } from './planned-sessions.ts'
export type { SessionHandle, SessionPlan } from './session-plan.ts'
export type { DeviceIdentity } from './session-table.ts'

export interface AcsOptions {
  clock: Clock
  timeline: TimelineRecorder
  /** Port 0 takes any free one. */
  listen: Endpoint
  /** Path of the ACS URL; `/acs` by default. */
  path?: string
  /** The URL as devices know it, where it is not that of `listen`. */
  url?: string
  tls?: TlsIdentity
  /** How devices must show who they are in TLS. */
  clientCertificates?: ClientCertificates
  /** How many connections there may be. */
  limits?: ConnectionLimits
  authentication: Authentication
  /** The ParameterKey of RPCs that name none: by it a device of this run is known again (A.3.2.1). */
  parameterKey?: string
  /** After how much silence without a connection a session counts as broken off by the device; 35 s by default. */
  silenceMs?: Milliseconds
  /** The same on an open connection, where the device may be at work; 120 s by default. */
  connectedSilenceMs?: Milliseconds
}

/** The ACS that the device calls. */
export interface Acs extends AsyncDisposable {
  /** The URL to enter in the device. */
  readonly url: string
  readonly port: number
  /** Plans what to do in a session to come; of several plans the first that fits is taken. */
  plan(plan: SessionPlan): PlannedSession
  clearPlans(): void
  /** Says which device is under test; otherwise it is the first one that calls. */
  expectDevice(device: DeviceIdentity): void
  /** How many sessions of the device under test are open. */
  openSessions(): number
  /** Refuses TCP connections and closes idle ones. Returns how to listen again on the same port. */
  refuseConnections(): Promise<() => Promise<void>>
  /** Changes how devices must authenticate from their next Inform on. Returns how to go back. */
  demandAuthentication(authentication: Authentication): () => void
  /** Answers every request for this path with this status, for example 404 for a file to download. */
  serveStatus(path: string, status: number): void
}

/** Opens the ACS. @throws ListenError when it cannot listen there; its `code` says why */
export async function openAcs(options: AcsOptions): Promise<Acs> {
  const { clock, timeline, tls, path = '/acs' } = options
  const plans = createPlanQueue(timeline)
  const statusByPath = new Map<string, number>()
  const sessions = createSessionTable({
    clock,
    timeline,
    patience: { disconnectedMs: options.silenceMs ?? 35_000, connectedMs: options.connectedSilenceMs ?? 120_000 },
    ...(options.parameterKey === undefined ? {} : { parameterKey: options.parameterKey }),
  })
  let authenticator = createAuthenticator(options.authentication)

  const http = createHttpServer({
    clock,
    timeline,
    tls: tls && serverTls(tls, options.clientCertificates),
    admission: connections =>
      createAdmission({
        clock,
        timeline,
        connections,
        isForeign: address => sessions.isForeign(address),
        isNeeded: connection =>
          sessions.open().some(session => session.ofDeviceUnderTest && session.hasUsed(connection)),
        limits: options.limits,
      }),
    onExchange: enqueue,
    onClosed: connection => {
      for (const session of sessions.open()) session.connectionClosed(connection)
    },
  })
  const listener = await openListener(options.listen, socket => http.accept(socket), 'acs.listen')
  const url = options.url ?? urlOf(listener.endpoint, tls ? 'https' : 'http', path)
  timeline.add({ type: 'acs-listening', url, listen: listener.endpoint, tls: tls !== undefined })
  const conversation: ConversationOptions = {
    clock,
    timeline,
    sessions,
    plans,
    authenticator: () => authenticator,
    path,
    url: () => url,
    statusByPath,
  }

  /** Requests of one connection are answered in the order in which they came. */
  function enqueue(exchange: Exchange): void {
    const { connection } = exchange
    connection.queue = connection.queue
      .then(() => converse(exchange, conversation))
      .catch((error: Error) => {
        timeline.add({ type: 'harness-error', message: error.message, ...(error.stack ? { stack: error.stack } : {}) })
        exchange.answer({ status: 500, because: 'an error of the ACS' })
      })
      .then(() => exchange.settled)
  }

  return {
    url,
    port: listener.endpoint.port,
    plan: plan => plans.plan(plan),
    clearPlans: () => plans.clear(),
    expectDevice: device => sessions.expectDevice(device),
    openSessions: () => sessions.open().filter(session => session.ofDeviceUnderTest).length,
    async refuseConnections() {
      listener.close()
      const open = sessions.open()
      for (const connection of [...http.connections])
        if (!open.some(session => session.hasUsed(connection))) connection.destroy('close')
      return () => listener.reopen()
    },
    demandAuthentication(authentication) {
      const former = authenticator
      authenticator = createAuthenticator(authentication)
      return () => {
        authenticator = former
      }
    },
    serveStatus: (servedPath, status) => void statusByPath.set(servedPath, status),
    async [Symbol.asyncDispose]() {
      listener.close()
      plans.clear()
      for (const session of sessions.open()) session.end('stopped', 'The ACS was closed.')
      const connections = [...http.connections]
      for (const connection of connections) connection.destroy('close')
      await Promise.all(connections.map(connection => connection.whenClosed))
      http[Symbol.dispose]()
    },
  }
}

/** The URL of an endpoint; one that stands for all addresses is named by the loopback address. */
function urlOf({ address, port }: Endpoint, scheme: 'http' | 'https', path: string): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}${path}`
}
