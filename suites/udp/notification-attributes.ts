import { CwmpFault } from '../../harness/cwmp/fault.ts'
import { hasManagementServer, managementServer } from '../../harness/device/facts.ts'
import type { Conversation } from '../../harness/scenario.ts'

/** The mark of the notification attributes as they were found: `before`, and `throttle` in seconds. */
export const attributesMark = 'notification-attributes'
/** The mark that the device refused to set them, with its `fault`. */
export const refusedMark = 'notification-refused'

/** Notification attributes by the names of parameters below ManagementServer. */
export type Notification = Record<string, number>

/** Reads and marks the attributes of those parameters that the device has; none where it answers with a fault. */
export async function readNotification({ bench, mark }: Conversation, names: readonly string[]): Promise<Notification> {
  const { facts } = bench
  const wanted = names.filter(name => hasManagementServer(facts, name))
  const before = await bench.inSession('read the notification attributes', session =>
    session.call('GetParameterAttributes', { names: wanted.map(name => managementServer(facts, name)) }).then(
      ({ parameters }) =>
        Object.fromEntries(
          wanted.flatMap(name => {
            const found = parameters.find(parameter => parameter.name === managementServer(facts, name))
            return found === undefined ? [] : [[name, found.notification]]
          }),
        ),
      (error: unknown) => {
        if (error instanceof CwmpFault) return {}
        throw error
      },
    ),
  )
  const throttle = facts.parameters[managementServer(facts, 'DefaultActiveNotificationThrottle')]?.value
  mark(attributesMark, { before, throttle: Number(throttle ?? 0) })
  return before
}

/** Sets the attributes of those parameters that the device has; a fault is marked, not thrown. */
export async function setNotification({ bench, mark }: Conversation, notification: Notification): Promise<void> {
  const { facts } = bench
  const parameters = Object.entries(notification)
    .filter(([name]) => hasManagementServer(facts, name))
    .map(([name, value]) => ({ name: managementServer(facts, name), notification: value }))
  await bench.inSession('set the notification attributes', session =>
    session.call('SetParameterAttributes', { parameters }).then(
      () => undefined,
      (error: unknown) => {
        if (!(error instanceof CwmpFault)) throw error
        mark(refusedMark, { fault: error.message })
      },
    ),
  )
}
