import type { CaptureReader } from './capture-reader.ts'
import type { CapturedDevice } from './devices.ts'
import type { DeviceConnections } from './device-connections.ts'
import type { TsharkEnd } from './tshark.ts'

/** Sentences about what a capture does not show, or not surely. */
export function remarksOn(options: {
  reader: CaptureReader
  end: TsharkEnd
  others: readonly CapturedDevice[]
  connections: DeviceConnections
}): string[] {
  const { reader, end, others, connections } = options
  const { tcp, datagrams, drafts, clipped, bodiesLeftOut } = reader
  const encrypted = connections.encrypted.length
  const { since } = drafts.leftOut
  return [
    ...(end.broken === undefined
      ? []
      : [`The file is damaged or not complete; what could be read is judged. tshark says: ${end.broken}`]),
    ...(others.length === 0 ? [] : [`${sessionsOf(others)} in the capture; --device ADDRESS judges another one.`]),
    ...(encrypted === 0
      ? []
      : [`${counted(encrypted, 'TLS connection')} could not be read; give tshark a key log with --keylog FILE.`]),
    ...(tcp.gaps === 0
      ? []
      : [`In ${counted(tcp.gaps, 'place')} bytes are missing from the capture; messages they belong to are left out.`]),
    ...(clipped === 0 ? [] : [`Of ${counted(clipped, 'datagram')} only a part was captured; they are left out.`]),
    ...(tcp.repeated === 0
      ? []
      : [
          `${counted(tcp.repeated, 'TCP segment')} came again or out of order; the times of their messages are uncertain by that.`,
        ]),
    ...(end.linesLeftOut === 0 ? [] : [`${counted(end.linesLeftOut, 'packet')} were longer than is read.`]),
    ...(tcp.leftOut === 0 ? [] : [`${counted(tcp.leftOut, 'packet')} belong to more connections than are followed.`]),
    ...(datagrams.leftOut === 0
      ? []
      : [`${counted(datagrams.leftOut, 'datagram')} are left out because there are so many.`]),
    ...(bodiesLeftOut === 0
      ? []
      : [`Of ${counted(bodiesLeftOut, 'message')} the text is not kept, because all together is too long.`]),
    ...(since === undefined
      ? []
      : [
          `The capture holds more than is kept: from ${(since / 1000).toFixed(3)} s on ${counted(drafts.leftOut.count, 'entry', 'entries')} are left out.`,
        ]),
  ]
}

function sessionsOf(others: readonly CapturedDevice[]): string {
  const named = others
    .slice(0, 5)
    .map(({ name, sessions, addresses }) => `${name} at ${[...addresses][0]} (${counted(sessions, 'session')})`)
  const more = others.length > 5 ? ` and ${others.length - 5} more` : ''
  return `Not judged: ${named.join(', ')}${more}; ${others.length === 1 ? 'it is another device' : 'they are other devices'}`
}

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`
