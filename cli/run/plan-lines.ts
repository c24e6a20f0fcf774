import { certificateAuthorityMark } from '../../harness/device-absence.ts'
import { stunServerMark } from '../../harness/stun-lab.ts'
import { xmppServerMark } from '../../harness/xmpp-lab.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText } from '../../reports/durations.ts'
import { wrapText } from '../../reports/terminal/wrap-text.ts'

/** Where the certificate authority is that the device must trust; nothing for any other mark. */
export function certificateAuthorityLine({ name, data }: EntryOf<'mark'>): string[] {
  if (name !== certificateAuthorityMark) return []
  return [`Certificate authority for the device to trust: ${visibleText(String(data?.['file']))}`]
}

/** Where the device finds the XMPP server, and what it must trust there; nothing for any other mark. */
export function xmppServerLines({ name, data }: EntryOf<'mark'>): string[] {
  if (name !== xmppServerMark) return []
  const { server, host, port, domain, caFile } = data as Record<string, string>
  const whose = server === 'external' ? 'The XMPP server of the lab' : 'XMPP server'
  return [
    `${whose}: ${host} port ${port}, domain ${domain}`,
    ...(caFile === undefined ? [] : [`Certificate authority of the XMPP server for the device to trust: ${caFile}`]),
  ].map(visibleText)
}

/** Where the device finds the STUN server; nothing for any other mark. */
export function stunServerLines({ name, data }: EntryOf<'mark'>): string[] {
  if (name !== stunServerMark) return []
  const { host, port } = data as Record<string, string>
  return [visibleText(`STUN server: ${host} port ${port} (UDP)`)]
}

/** What the probe found, in a line or two. */
export function probeLines(entry: EntryOf<'probed'>): string[] {
  const { deviceId, firmware, reachability, credentialsWork, xmpp, udp } = entry.probe as DeviceFacts
  const name = [deviceId.manufacturer, deviceId.productClass, deviceId.serialNumber, firmware]
  const credentials = `The device ${credentialsWork ? 'accepts' : 'does NOT accept'} the credentials it was given.`
  return [
    `Device: ${visibleText(name.filter(text => text !== undefined && text !== '').join(', ') || 'unnamed')}`,
    `${visibleText(reachability.detail)}${reachability.state === 'reachable' ? ` ${credentials}` : ''}`,
    ...(xmpp.state === 'left-out' ? [] : [`XMPP: ${visibleText(xmpp.detail)}`]),
    ...(udp.state === 'left-out' ? [] : [`UDP: ${visibleText(udp.detail)}`]),
  ]
}

/** Which scenarios will be played, which not and why, and how long it takes at least. */
export function planLines(plan: readonly EntryOf<'planned'>[], columns: number): string[] {
  const playing = plan.filter(({ applies }) => applies)
  const left = plan.filter(({ applies }) => !applies)
  const atLeast = playing.reduce((sum, { windowsMs }) => sum + windowsMs, 0)
  const least = atLeast > 0 ? `, at least ${durationText(atLeast)} by the windows and rests they must keep` : ''
  return [
    `Plan: ${playing.length} of ${plan.length} ${plan.length === 1 ? 'scenario' : 'scenarios'}${least}.`,
    ...left.flatMap(({ scenario, reason }) =>
      wrapText(visibleText(`not ${scenario}: ${reason ?? ''}`), columns - 4).map(
        (line, index) => `${index === 0 ? '  ' : '    '}${line}`,
      ),
    ),
  ]
}
