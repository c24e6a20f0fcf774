import type { RpcSession } from '../cwmp/rpcs.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { type DeviceFacts, managementServer, type RootObject, type XmppConnectionFacts } from './facts.ts'
import { readParameters } from './probe.ts'
import { deleteRow, type Restoring, setBack, valuesBefore } from './set-back.ts'
import { isOn, serverRows } from './xmpp-provisioning.ts'

const neverToldBack = /(\.Password|\.JabberID|\.Status|\.LastChangeDate|\.TLSEstablished|NumberOfEntries)$/

/** Takes the connection away again, or sets back the row that was taken over. What cannot be restored is on the timeline. */
export async function restoreXmpp(
  session: RpcSession,
  context: {
    timeline: TimelineRecorder
    root: RootObject
    parameters: DeviceFacts['parameters']
    connection: XmppConnectionFacts
  },
): Promise<void> {
  const { timeline, root, parameters, connection } = context
  const restoring: Restoring = { parameters: [], notRestored: [] }
  try {
    const settings = ['ConnReqXMPPConnection', 'ConnReqAllowedJabberIDs']
      .map(name => managementServer({ root }, name))
      .filter(name => parameters[name]?.writable)
    await setBack(session, restoring, valuesBefore(parameters, settings))
    if (connection.created) await removeRow(session, restoring, connection)
    else await restoreRow(session, restoring, connection)
  } finally {
    timeline.add({ type: 'restored', ...restoring })
  }
}

const enableOf = (path: string, value: string) => ({ name: `${path}Enable`, value, type: 'boolean' })

/** A row that cannot be deleted is at least switched off. */
async function removeRow(session: RpcSession, restoring: Restoring, { path }: XmppConnectionFacts): Promise<void> {
  if (await deleteRow(session, restoring, path)) return
  await setBack(session, restoring, [enableOf(path, '0')])
}

/** First of all it is switched off: whatever else the device refuses, it no longer calls our server. */
async function restoreRow(session: RpcSession, restoring: Restoring, connection: XmppConnectionFacts): Promise<void> {
  const { path, parameters, serverRow } = connection
  const restorable = Object.keys(parameters).filter(name => parameters[name]?.writable && !neverToldBack.test(name))
  const enable = restorable.find(name => name === `${path}Enable`)
  const wasOn = enable !== undefined && isOn(parameters[enable]?.value)
  const off: Restoring = wasOn ? { parameters: [], notRestored: restoring.notRestored } : restoring
  if (enable !== undefined) await setBack(session, off, [enableOf(path, '0')])
  if (serverRow !== undefined) {
    const there = serverRows(await readParameters(session, `${path}Server.`))
    const before = serverRows(parameters)
    const ours = there.filter(row => !before.includes(row))
    for (const row of ours.length > 0 ? ours : [serverRow]) await deleteRow(session, restoring, row)
  }
  const others = restorable.filter(
    name =>
      name !== enable && (!name.includes('.Server.') || (serverRow !== undefined && wasEnabled(parameters, name))),
  )
  const allBack = await setBack(session, restoring, valuesBefore(parameters, others))
  restoring.notRestored.push({
    name: `${path}Password`,
    reason: 'The device does not tell its password; set your own again.',
  })
  if (!wasOn) return
  if (allBack) await setBack(session, restoring, [enableOf(path, '1')])
  else
    restoring.notRestored.push({
      name: enable,
      reason: 'It is left switched off, because not all of its settings could be set back.',
    })
}

const wasEnabled = (parameters: XmppConnectionFacts['parameters'], name: string) =>
  name.endsWith('.Enable') && isOn(parameters[name]?.value)
