import { randomBytes } from 'node:crypto'
import type { SessionHandle } from '../../harness/acs/session-plan.ts'
import { type Bench, overXmpp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { CwmpFault } from '../../harness/cwmp/fault.ts'
import type { ParameterToSet } from '../../harness/cwmp/rpcs.ts'
import { connectionTable } from '../../harness/device/xmpp-parameters.ts'
import { reference as refer, serverParameters } from '../../harness/device/xmpp-provisioning.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnXmppRequest, aWayInBesidesXmpp, anEmbeddedXmppServer, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { readingOf, readValues, settleConnection } from './connection-settings.ts'
import { judgeEmptied, judgeFirst, judgeSecond, onFirst, onSecond } from './reference-judge.ts'
import { applied, orNothing } from './streams.ts'

const metrics = {
  served: must('CR-XMPP-27', 'Connection Requests arrive on the connection that ConnReqXMPPConnection points to.'),
  notServed: must('CR-XMPP-27', 'Connection Requests on another connection of the device are not accepted.'),
  emptied: must('CR-XMPP-27', 'When the referenced row is deleted, the reference and ConnReqJabberID become empty.'),
}

/** CR-XMPP-27: two connections, of which one is referenced, and the referenced one deleted. */
export const reference = scenario({
  id: 'xmpp-reference',
  title: 'Another XMPP connection referenced',
  purpose:
    'The device gets a second XMPP connection, and ConnReqXMPPConnection points to it: requests are heard there and no longer on the first. Deleting it empties the reference.',
  applies: needs(aSessionOnXmppRequest, anEmbeddedXmppServer, aWayInBesidesXmpp),
  windows: facts => [
    rests(facts, 5),
    { for: 'the session that follows a result', ms: facts.xmpp.timeToSessionMs ?? 0 },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    const { server } = overXmpp(bench)
    await settleConnection(conversation)
    const account = { username: `cpe-${randomBytes(4).toString('hex')}`, password: randomBytes(12).toString('hex') }
    bench.redactor.learn(account.password)
    server.addAccount(account)
    let row: string | undefined
    try {
      row = await step('Give the device a second connection, and refer to it', () => addSecond(conversation, account))
      if (row === undefined) return
      await step('Ask on both connections', () => askBoth(conversation, account.username))
      const deleted = await step('Delete the second one', () => deleteRow(conversation, row ?? ''))
      if (!deleted) return
      row = undefined
      await step('Read what is left of the reference', () => readReference(conversation))
    } finally {
      if (!bench.signal.aborted) await setBack(conversation, row)
      server.removeAccount(account.username)
      mark('reference-set-back')
    }
  },

  judge(timeline, verdict) {
    judgeSecond(timeline, verdict.served)
    judgeFirst(timeline, verdict.notServed)
    judgeEmptied(timeline, verdict.emptied)
  },
})

/** @returns the path of the new row; `undefined` where the device lets none be added */
async function addSecond(
  { bench, mark }: Conversation,
  account: { username: string; password: string },
): Promise<string | undefined> {
  const { root } = bench.facts
  const { lab, connection } = overXmpp(bench)
  return bench.inSession('add a second XMPP connection', async session => {
    let status = 0
    const set = async (parameters: ParameterToSet[]) => {
      const answer = await session.call('SetParameterValues', { parameters })
      if (answer.status === 1) status = 1
    }
    let path: string | undefined
    try {
      const { instanceNumber } = await session.call('AddObject', { objectName: connectionTable(root) })
      path = `${connectionTable(root)}${instanceNumber}.`
      const at = (name: string, value: string, type = 'string'): ParameterToSet => ({ name: path + name, value, type })
      const has = (name: string) => connection.parameters[connection.path + name]?.writable === true
      if (connection.serverRow !== undefined) {
        const server = await session.call('AddObject', { objectName: `${path}Server.` })
        await set(serverParameters(`${path}Server.${server.instanceNumber}.`, { ...lab.found, priority: 0 }))
      }
      await set([
        ...[at('Username', account.username), at('Password', account.password)],
        ...[at('Domain', lab.domain), at('Resource', lab.account.resource)],
        ...(connection.serverRow === undefined ? [] : [at('ServerConnectAlgorithm', 'ServerTable')]),
        ...(has('UseTLS') ? [at('UseTLS', lab.useTls ? '1' : '0', 'boolean')] : []),
      ])
      await refer(set, root, path)
      await set([at('Enable', '1', 'boolean')])
      mark('second-added', { path, username: account.username, status })
      return path
    } catch (error) {
      if (!(error instanceof CwmpFault)) throw error
      mark('second-refused', { fault: error.message })
      if (path !== undefined) await remove(session, path)
      return undefined
    }
  })
}

async function askBoth(conversation: Conversation, username: string) {
  const { bench, mark } = conversation
  const xmpp = overXmpp(bench)
  const bound = await orNothing(
    bench,
    bench.timeline.waitFor('xmpp-bound', entry => entry.username === username, {
      after: 0,
      timeoutMs: bench.facts.timing.xmppConnectMs,
      what: 'the second connection to bind its stream',
      signal: bench.signal,
    }),
  )
  mark('second-awaited', { jid: bound?.jid })
  if (!bound) return
  await askAtRest(bench, onSecond, bound.jid)
  const first = xmpp.stream()
  if (first === undefined) return mark('first-gone')
  await bench.rest()
  const since = bench.timeline.lastSeq
  const outcome = await xmpp.ask(onFirst, { to: first.jid })
  if (outcome.type === 'xmpp-cr-answered' && outcome.kind === 'result') {
    const session = await bench.connectionRequestSessionAfter(since)
    if (session) await bench.sessionEnd(session.session)
  }
}

/** A refusal for now is tried once more after a rest, and not for an hour: here it may mean the wrong connection. */
async function askAtRest(bench: Bench, label: string, to: string) {
  const xmpp = overXmpp(bench)
  await bench.rest()
  let outcome = await xmpp.ask(label, { to, authorised: true })
  if (outcome.type === 'xmpp-cr-answered' && outcome.kind === 'error') {
    await bench.clock.sleep(chosen.restAfter503.ms, bench.signal)
    outcome = await xmpp.ask(label, { to, authorised: true })
  }
  await xmpp.seeSessionThrough(outcome)
}

/** @returns whether the device let the row be deleted */
async function deleteRow({ bench, mark }: Conversation, path: string): Promise<boolean> {
  return bench.inSession('delete the second XMPP connection', async session => {
    try {
      const { status } = await session.call('DeleteObject', { objectName: path })
      mark('second-deleted', { status })
      return true
    } catch (error) {
      if (!(error instanceof CwmpFault)) throw error
      mark('second-not-deleted', { fault: error.message })
      return false
    }
  })
}

const whatIsLeft = ['ConnReqXMPPConnection', 'ConnReqJabberID']

/** Twice where something is left at first: some devices apply such a change a while after its session. */
async function readReference(conversation: Conversation) {
  const { bench, soFar } = conversation
  await readValues(conversation, 'deleted', whatIsLeft)
  const { values } = readingOf(soFar(), 'deleted') ?? { values: {} }
  if (Object.values(values).every(value => value === '')) return
  await bench.clock.sleep(applied.ms, bench.signal)
  await readValues(conversation, 'deleted', whatIsLeft)
}

async function remove(session: SessionHandle, objectName: string) {
  await session.call('DeleteObject', { objectName }).catch(error => {
    if (!(error instanceof CwmpFault)) throw error
  })
}

/** The reference to the first connection; no second one. */
async function setBack(conversation: Conversation, row: string | undefined) {
  const { bench } = conversation
  const { connection } = overXmpp(bench)
  try {
    await bench.inSession('refer to the first XMPP connection again', async session => {
      const set = async (parameters: ParameterToSet[]) =>
        void (await session.call('SetParameterValues', { parameters }))
      await refer(set, bench.facts.root, connection.path)
      if (row !== undefined) await remove(session, row)
    })
  } catch (error) {
    if (!(error instanceof ConditionsNotMet)) throw error
  }
  await settleConnection(conversation)
}
