import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Clock } from '../clock/clock.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'

/** The mark that a connection to the decoy leaves. */
export const decoyConnected = 'decoy-connected'

/** A listener that is not the ACS: whoever connects took its address from a request. TR-069 3.2.2 */
export interface Decoy extends AsyncDisposable {
  /** `address:port`, as a Host header names it. */
  readonly authority: string
}

/** Opens a decoy at `address`. Every connection to it is marked on the timeline and closed. */
export async function openDecoy(options: {
  clock: Clock
  timeline: TimelineRecorder
  address: string
  /** Any free one by default. */
  port?: number
}): Promise<Decoy> {
  const { clock, timeline, address } = options
  const server = createServer(socket => {
    clock.watch(socket)
    socket.on('error', () => undefined)
    timeline.add({
      type: 'mark',
      name: decoyConnected,
      data: { address: socket.remoteAddress, port: socket.remotePort },
    })
    socket.destroy()
  })
  server.listen(options.port ?? 0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    authority: `${address.includes(':') ? `[${address}]` : address}:${port}`,
    [Symbol.asyncDispose]: () => new Promise(resolve => server.close(() => resolve())),
  }
}
