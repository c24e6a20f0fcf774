import { CwmpFault } from '../../harness/cwmp/fault.ts'
import { type Bench, overXmpp } from '../../harness/bench.ts'
import { serverParameters } from '../../harness/device/xmpp-provisioning.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { xmppConnections } from '../../harness/timeline/xmpp-connections.ts'
import type { Limit } from '../../harness/verdict/limit.ts'
import { must } from '../../harness/verdict/metric.ts'
import type { ClientListener } from '../../harness/xmpp-server/xmpp-server.ts'
import { aWayInBesidesXmpp, anEmbeddedXmppServer, anXmppStream, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import {
  disableConnection,
  enableConnection,
  hasParameter,
  type Setting,
  setParameters,
  settleConnection,
} from './connection-settings.ts'
import { judgeGaps, judgeReturn, reconnectSettings, setWaits, waitBounds } from './reconnect-gaps.ts'
import { accountMark, ownConnections } from './own-connections.ts'
import { judgeServerTable } from './server-table.ts'

const metrics = {
  comesBack: must('CR-XMPP-02', 'A stream that was lost is made again as soon as the server is there.'),
  gaps: must(
    'CR-XMPP-15',
    'No wait before an attempt to reconnect is longer than its bound, and they are no tight loop.',
  ),
  lowestPriority: must(
    'CR-XMPP-14',
    'Of a table of servers the one with the lowest Priority is tried first, at its Port.',
  ),
  nextServer: must('CR-XMPP-14', 'Where the first server of the table is not there, the next one is used.'),
}

/** What a stream that was dropped may take to come back, when the waits are the defaults of XMPPReconnect:1. */
const returnLimit = (bench: Pick<Bench, 'facts'>): Limit => ({
  ms: bench.facts.timing.xmppConnectMs,
  source: 'ours',
  why: 'a first wait of up to 60 s is the default; the standard gives no number without XMPPReconnect:1 (timing.xmppConnect)',
})

/** CR-XMPP-02, 14, 15: how a device comes back to its XMPP server, and to which. */
export const reconnect = scenario({
  id: 'xmpp-reconnect',
  title: 'Reconnecting to the XMPP server',
  purpose:
    'The server goes away and comes back: the device waits between its attempts as it was told, and uses the servers of its table in their order.',
  applies: needs(anXmppStream, anEmbeddedXmppServer, aWayInBesidesXmpp),
  windows: facts => {
    const timed = facts.xmpp.connection?.parameters[`${facts.xmpp.connection.path}ServerRetryInitialInterval`]
    return [
      rests(facts, timed ? 8 : 5),
      ...(timed
        ? [{ for: 'the waits between attempts to reconnect', ms: waitBounds(5).reduce((a, b) => a + b, 0) / 2 }]
        : []),
    ]
  },
  metrics,

  async run(conversation) {
    const { bench, step } = conversation
    conversation.mark(accountMark, { username: overXmpp(bench).lab.account.username })
    try {
      if (hasParameter(bench, 'ServerRetryInitialInterval'))
        await step('Refuse connections and see how the device waits', () => refuseAndCount(conversation))
      else await step('Drop the stream and wait for the next one', () => dropAndAwait(conversation))
      const { serverRow } = overXmpp(bench).connection
      if (serverRow === undefined) conversation.mark('no-server-table')
      else await step('Give it two more servers', () => offerServers(conversation, serverRow))
    } finally {
      if (!bench.signal.aborted) await settleConnection(conversation)
    }
  },

  judge(timeline, verdict, property) {
    judgeReturn(timeline, verdict.comesBack)
    judgeGaps(timeline, verdict.gaps, property)
    judgeServerTable(timeline, verdict.lowestPriority, verdict.nextServer)
  },
})

/** Sets short waits, drops the stream, resets every connection until enough were counted, then serves again. */
async function refuseAndCount(conversation: Conversation) {
  const { bench, watch, mark, soFar } = conversation
  const xmpp = overXmpp(bench)
  const { fault } = await setParameters(conversation, setWaits, reconnectSettings.values)
  if (fault !== undefined) return dropAndAwait(conversation)
  try {
    await bench.rest()
    const stream = xmpp.stream() ?? (await xmpp.boundAfter(bench.timeline.lastSeq, bench.facts.timing.xmppConnectMs))
    if (!stream) return
    xmpp.server.policy = { ...xmpp.server.policy, connections: 'reset' }
    mark('server-gone', { port: xmpp.server.endpoint.port, settings: reconnectSettings.values })
    const since = bench.timeline.lastSeq
    xmpp.server.drop(stream.connection, 'reset-connection')
    const attempts = (timeline: Timeline) =>
      ownConnections(soFar(), xmppConnections(timeline)).filter(
        ({ accepted: { seq, handling } }) => seq > since && handling === 'reset',
      )
    await watch(
      'attempts to reconnect',
      reconnectSettings.window,
      timeline => attempts(timeline).length >= reconnectSettings.attempts,
    )
    xmpp.lab.resetPolicy()
    mark('server-back')
    await xmpp.boundAfter(bench.timeline.lastSeq, returnLimit(bench).ms)
    mark('return-awaited', { limit: returnLimit(bench) })
  } finally {
    xmpp.lab.resetPolicy()
    await setParameters(conversation, 'set the waits back', waitsBefore(bench))
  }
}

function waitsBefore(bench: Bench): Record<string, string> {
  const { path, parameters } = overXmpp(bench).connection
  const names = Object.keys(reconnectSettings.values).filter(name => hasParameter(bench, name))
  return Object.fromEntries(names.map(name => [name, parameters[`${path}${name}`]?.value ?? '']))
}

async function dropAndAwait({ bench, mark }: Conversation) {
  const xmpp = overXmpp(bench)
  const stream = xmpp.stream()
  if (!stream) return
  await bench.rest()
  mark('server-back')
  const since = bench.timeline.lastSeq
  xmpp.server.drop(stream.connection, 'close-stream')
  await xmpp.boundAfter(since, returnLimit(bench).ms)
  mark('return-awaited', { limit: returnLimit(bench) })
}

/** A device moves on to the next server after the first failed attempt, within seconds. */
const oneAttempt = {
  ServerConnectAttempts: '1',
  ServerRetryInitialInterval: '1',
  ServerRetryIntervalMultiplier: '1000',
  ServerRetryMaxInterval: '1',
}

/** Two listeners of their own ports, the one with the lower Priority first there and then gone. */
async function offerServers(conversation: Conversation, ownRow: string) {
  const { bench, mark } = conversation
  const xmpp = overXmpp(bench)
  const { address } = xmpp.server.endpoint
  await using first = await xmpp.server.listenAlso({ address, port: 0 })
  await using second = await xmpp.server.listenAlso({ address, port: 0 })
  await disableConnection(conversation)
  const added = await addRows(conversation, ownRow, { first, second })
  if (added === undefined) return
  const { rows, status } = added
  // By default a device makes 16 attempts at a server before it moves on, which takes days.
  const isQuick =
    hasParameter(bench, 'ServerRetryInitialInterval') &&
    isInForce(await setParameters(conversation, 'set one attempt a server', oneAttempt))
  try {
    mark('servers-offered', {
      isQuick,
      status,
      first: first.endpoint.port,
      second: second.endpoint.port,
      own: xmpp.server.endpoint.port,
    })
    await enableConnection(conversation, 'first-awaited', {}, returnLimit(bench).ms)
    mark('first-gone')
    const since = bench.timeline.lastSeq
    first.policy = { connections: 'reset' }
    const stream = xmpp.stream()
    if (stream) xmpp.server.drop(stream.connection, 'reset-connection')
    await xmpp.boundAfter(since, returnLimit(bench).ms)
    mark('second-awaited')
  } finally {
    if (!bench.signal.aborted) {
      await disableConnection(conversation)
      if (isQuick) await setParameters(conversation, 'set the attempts back', waitsBefore(bench))
      await removeRows(conversation, ownRow, rows)
    }
  }
}

const isInForce = ({ fault, status }: Setting) => fault === undefined && status !== 1

/** @returns the new rows, and status 1 where the device applies any of it later */
async function addRows(
  { bench, mark }: Conversation,
  ownRow: string,
  { first, second }: { first: ClientListener; second: ClientListener },
): Promise<{ rows: string[]; status: 0 | 1 } | undefined> {
  const { connection, lab } = overXmpp(bench)
  const { host } = lab.found
  return bench.inSession('add two servers to its table', async session => {
    const rows: string[] = []
    let status: 0 | 1 = 0
    const note = (answer: { status: number | undefined }) => {
      if (answer.status === 1) status = 1
    }
    try {
      // The second is added first, so that the order of the rows is not that of the priorities.
      for (const [listener, priority] of [
        [second, 20],
        [first, 10],
      ] as const) {
        const { instanceNumber, ...answer } = await session.call('AddObject', {
          objectName: `${connection.path}Server.`,
        })
        note(answer)
        const row = `${connection.path}Server.${instanceNumber}.`
        rows.push(row)
        const parameters = serverParameters(row, { host, port: listener.endpoint.port, priority })
        note(await session.call('SetParameterValues', { parameters }))
      }
      const parameters = [{ name: `${ownRow}Enable`, value: '0', type: 'boolean' }]
      note(await session.call('SetParameterValues', { parameters }))
      return { rows, status }
    } catch (error) {
      if (!(error instanceof CwmpFault)) throw error
      mark('servers-refused', { fault: error.message })
      for (const row of rows) await session.call('DeleteObject', { objectName: row }).catch(() => undefined)
      return undefined
    }
  })
}

async function removeRows({ bench }: Conversation, ownRow: string, rows: string[]) {
  await bench.inSession('take the two servers away again', async session => {
    await session.call('SetParameterValues', { parameters: [{ name: `${ownRow}Enable`, value: '1', type: 'boolean' }] })
    for (const objectName of rows) await session.call('DeleteObject', { objectName })
  })
}
