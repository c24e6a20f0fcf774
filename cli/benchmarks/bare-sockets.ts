import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../harness/clock/clock.ts'
import { startScript } from './child-process.ts'

const deviceScript = fileURLToPath(new URL('./bare-device.js', import.meta.url))

/**
 * What this machine makes of the same measurement without any harness: two processes, bare sockets, reply and
 * connection attempt. How far both sides were apart over each pair, in milliseconds.
 */
export async function differencesOnBareSockets(times: number, clock: Clock): Promise<number[]> {
  const server = createServer({ noDelay: true }, socket => clock.watch(socket).resume())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await using device = startScript(deviceScript, [String((server.address() as AddressInfo).port)], clock)
    await device.lineLike(/^port/)
    const port = Number(device.lines[0]?.split(' ')[1])
    const measured: number[] = []
    for (let n = 1; n <= times; n++) measured.push(await replyToConnection(server, port, clock))
    // Its last line may come after its last connection.
    device.signal('SIGTERM')
    await device.ended
    const known = device.lines.filter(line => line.startsWith('took')).map(line => Number(line.split(' ')[1]))
    return measured.map((ms, index) => Math.abs(ms - (known[index] ?? Number.NaN)))
  } finally {
    server.close()
  }
}

async function replyToConnection(server: Server, port: number, clock: Clock): Promise<number> {
  const called = once(server, 'connection').then(() => clock.now())
  const socket = clock.watch(connect({ host: '127.0.0.1', port, noDelay: true }))
  socket.write('request')
  await once(socket, 'data')
  const repliedAt = clock.now()
  return (await called) - repliedAt
}
