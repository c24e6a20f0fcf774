import type { BenchParts } from './bench.ts'
import type { Credentials } from './connection-request/http/requester.ts'
import { CwmpFault } from './cwmp/fault.ts'
import { type DeviceFacts, managementServer } from './device/facts.ts'

/** How long after the last look a session is asked for, to look again, in milliseconds. */
const looksAfterMs = [10_000, 20_000, 30_000, 60_000]

/**
 * With a server that is not ours nobody sees the device bind its stream: ConnReqJabberID is read in each session that
 * comes, be it for the notification of a change or because it was asked for by HTTP.
 * @returns `undefined` when it stayed empty for the whole of `timing.xmppConnect`
 */
export async function readJabberId(
  { acs, clock, timeline, requester, signal, profile }: BenchParts,
  device: Pick<DeviceFacts, 'root' | 'connectionRequestUrl'> & { credentials: Credentials },
): Promise<string | undefined> {
  const name = managementServer(device, 'ConnReqJabberID')
  const read: { value?: string } = {}
  const seen = new AbortController()
  const plan = acs.plan({
    name: 'read ConnReqJabberID',
    times: 'always',
    script: async session => {
      try {
        const { parameters } = await session.call('GetParameterValues', { names: [name] })
        const value = parameters[0]?.value ?? ''
        if (value !== '') read.value = value
      } catch (error) {
        if (!(error instanceof CwmpFault)) throw error
      }
      if (read.value !== undefined) seen.abort(new Error('It has a value.'))
    },
  })
  plan.done.catch(() => undefined)
  const deadline = clock.now() + profile.timing.xmppConnect
  try {
    for (let looks = 0; read.value === undefined && clock.now() < deadline; looks++) {
      const waitMs = Math.min(looksAfterMs[looks] ?? 60_000, deadline - clock.now())
      await clock.sleep(waitMs, AbortSignal.any([seen.signal, signal])).catch(error => {
        if (signal.aborted) throw error
      })
      const url = device.connectionRequestUrl ?? ''
      if (read.value !== undefined || url === '') continue
      const { credentials } = device
      await requester.knock({ url, credentials, authorised: true, label: 'for a session: read ConnReqJabberID' })
    }
  } finally {
    plan.cancel()
  }
  timeline.add({ type: 'mark', name: 'jabber-id-read', data: { value: read.value } })
  return read.value
}
