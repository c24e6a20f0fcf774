import { CwmpFault } from '../cwmp/fault.ts'
import type { ParameterToSet, RpcSession } from '../cwmp/rpcs.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { type DeviceFacts, managementServer, type RootObject, type XmppConnectionFacts } from './facts.ts'
import { readParameters } from './probe.ts'
import { connectionRows, connectionTable } from './xmpp-parameters.ts'

/** What the device is told of the XMPP server and of its account there. */
export interface XmppSettings {
  username: string
  password: string
  domain: string
  resource: string
  /** Where the server is found, for devices that have a server table. */
  server: { host: string; port: number }
  useTls: boolean
}

/** What provisioning XMPP came to. */
export type XmppProvisioned =
  | { connection: XmppConnectionFacts; problem?: undefined }
  | { connection?: XmppConnectionFacts; problem: string }

type Parameters = DeviceFacts['parameters']

/** The mark that a row of an earlier run was switched off: its `path`, `username`, and the `fault` where it was not. */
const earlierRowDisabled = 'earlier-xmpp-row-disabled'

/** The value of Enable says that it is on. */
export const isOn = (value = '') => !['0', 'false', ''].includes(value.trim().toLowerCase())

/** Paths of the rows of server tables, with a dot at the end. */
export const serverRows = (parameters: Parameters): string[] => {
  const rows = Object.keys(parameters).map(name => /^.*XMPP\.Connection\.\d+\.Server\.\d+\./.exec(name)?.[0])
  return [...new Set(rows)].filter(row => row !== undefined)
}

/**
 * Gives the device an XMPP connection for Connection Requests: a new row of XMPP.Connection, or one that it ships
 * where it lets none be made; its account, and our server in its server table where it has one (XMPPAdvanced:1);
 * then the reference from ManagementServer, and everybody allowed to ask. Annex K
 */
export async function provisionXmpp(
  session: RpcSession,
  context: { timeline: TimelineRecorder; root: RootObject; parameters: Parameters; settings: XmppSettings },
): Promise<XmppProvisioned> {
  const { timeline, root, settings } = context
  const set = async (parameters: ParameterToSet[]) => {
    const { status } = await session.call('SetParameterValues', { parameters })
    timeline.add({ type: 'provisioned', parameters, status: status ?? -1 })
  }
  let connection: XmppConnectionFacts | undefined
  try {
    const before = { root, parameters: await disableEarlierRows(set, context) }
    connection = await connectionRow(session, before)
    if (connection === undefined)
      return { problem: 'The device lets no XMPP.Connection be added, and has none of its own.' }
    const { path, parameters } = connection
    const has = (name: string) => parameters[path + name]?.writable === true
    const row = (name: string, value: string, type = 'string'): ParameterToSet => ({ name: path + name, value, type })
    const { username, password, domain, resource, useTls } = settings
    const serverRow = has('ServerConnectAlgorithm') ? await addServer(session, set, path, settings.server) : undefined
    if (serverRow !== undefined) {
      connection = { ...connection, serverRow }
      await disableServers(set, parameters)
    }
    await set([
      ...[row('Username', username), row('Password', password), row('Domain', domain), row('Resource', resource)],
      ...(serverRow === undefined ? [] : [row('ServerConnectAlgorithm', 'ServerTable')]),
      ...(has('UseTLS') ? [row('UseTLS', useTls ? '1' : '0', 'boolean')] : []),
    ])
    // A device that does not take the list is judged for that later; the list is empty from the factory.
    await set([{ name: managementServer({ root }, 'ConnReqAllowedJabberIDs'), value: '' }]).catch(unlessFault)
    await reference(set, root, path)
    await set([row('Enable', '1', 'boolean')])
    return { connection }
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
    return { ...(connection === undefined ? {} : { connection }), problem: error.message }
  }
}

function unlessFault(error: unknown): { fault: string } {
  if (!(error instanceof CwmpFault)) throw error
  return { fault: error.message }
}

/** How a run names the account that it makes, see xmpp-lab.ts. */
const usernameOfRun = /^cpe-[0-9a-f]{8}$/

/** What an earlier run left switched on, it having been killed, would go on calling our server: it is switched off. */
async function disableEarlierRows(
  set: (parameters: ParameterToSet[]) => Promise<void>,
  context: { timeline: TimelineRecorder; root: RootObject; parameters: Parameters; settings: XmppSettings },
): Promise<Parameters> {
  const { timeline, settings } = context
  const parameters = { ...context.parameters }
  for (const path of connectionRows(context)) {
    const value = (name: string) => parameters[path + name]?.value ?? ''
    const username = value('Username')
    const servers = serverRows(parameters).filter(row => row.startsWith(path))
    const isOurs =
      value('Domain') === settings.domain ||
      servers.some(row => parameters[`${row}ServerAddress`]?.value === settings.server.host)
    if (!isOn(value('Enable')) || !usernameOfRun.test(username) || username === settings.username || !isOurs) continue
    const name = `${path}Enable`
    const fault = await set([{ name, value: '0', type: 'boolean' }]).then(() => undefined, unlessFault)
    timeline.add({ type: 'mark', name: earlierRowDisabled, data: { path, username, ...fault } })
    if (fault === undefined) parameters[name] = { value: '0', type: 'boolean', writable: true }
  }
  return parameters
}

/** Adds a row, or takes one over that is not in use. */
async function connectionRow(
  session: RpcSession,
  { root, parameters }: { root: RootObject; parameters: Parameters },
): Promise<XmppConnectionFacts | undefined> {
  try {
    const { instanceNumber } = await session.call('AddObject', { objectName: connectionTable(root) })
    const path = `${connectionTable(root)}${instanceNumber}.`
    return { path, created: true, parameters: await readParameters(session, path) }
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
    const refusal = { code: error.faultCode, text: error.faultText }
    const rows = connectionRows({ root, parameters })
    const isOff = (path: string) => !isOn(parameters[`${path}Enable`]?.value)
    const path = rows.find(isOff) ?? rows.at(-1)
    return path === undefined
      ? undefined
      : { path, created: false, refusal, parameters: await readParameters(session, path) }
  }
}

/** Puts our server into the server table. @returns its row; `undefined` where the device lets none be added */
async function addServer(
  session: RpcSession,
  set: (parameters: ParameterToSet[]) => Promise<void>,
  path: string,
  server: XmppSettings['server'],
): Promise<string | undefined> {
  let row: string | undefined
  try {
    const { instanceNumber } = await session.call('AddObject', { objectName: `${path}Server.` })
    row = `${path}Server.${instanceNumber}.`
    await set(serverParameters(row, { ...server, priority: 0 }))
    return row
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
    if (row !== undefined) await deleteIfAllowed(session, row)
    return undefined
  }
}

/** Servers that the row brings along would rightly be preferred to ours, or tried beside it. */
async function disableServers(
  set: (parameters: ParameterToSet[]) => Promise<void>,
  parameters: Parameters,
): Promise<void> {
  const names = serverRows(parameters).map(row => `${row}Enable`)
  for (const name of names.filter(each => isOn(parameters[each]?.value)))
    await set([{ name, value: '0', type: 'boolean' }]).catch(unlessFault)
}

async function deleteIfAllowed(session: RpcSession, row: string): Promise<void> {
  try {
    await session.call('DeleteObject', { objectName: row })
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
  }
}

/** The values of one row of a server table, in the types of TR-157. */
export const serverParameters = (
  row: string,
  server: { host: string; port: number; priority: number },
): ParameterToSet[] => [
  { name: `${row}ServerAddress`, value: server.host },
  { name: `${row}Port`, value: String(server.port), type: 'unsignedInt' },
  { name: `${row}Priority`, value: String(server.priority), type: 'unsignedInt' },
  { name: `${row}Weight`, value: '0', type: 'long' },
  { name: `${row}Enable`, value: '1', type: 'boolean' },
]

/** Points ConnReqXMPPConnection at the row. Some devices want the dot at the end of the path, which TR-106 leaves out. */
export async function reference(
  set: (parameters: ParameterToSet[]) => Promise<void>,
  root: RootObject,
  path: string,
): Promise<void> {
  const name = managementServer({ root }, 'ConnReqXMPPConnection')
  try {
    await set([{ name, value: path.replace(/\.$/, '') }])
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
    await set([{ name, value: path }])
  }
}
