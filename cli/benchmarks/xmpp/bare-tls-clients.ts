import { once } from 'node:events'
import { connect, createSecureContext } from 'node:tls'
import { createRealClock } from '../../../harness/clock/real-clock.ts'
import { domain } from './accounts.ts'

// A process of its own: many TLS connections over each of which one line went to and fro. Arguments: port, authority
// (PEM), how many. Says `open` when all are there, and keeps them until the process is ended.

/** Handshakes under way at a time, as many as of streams. */
const atOnce = 20

const [port, ca, count] = process.argv.slice(2) as [string, string, string]
const clock = createRealClock()
const secureContext = createSecureContext({ ca })
let next = 0
await Promise.all(Array.from({ length: atOnce }, openOneAfterAnother))
console.log(`open ${next}`)

async function openOneAfterAnother(): Promise<void> {
  while (next < Number(count)) {
    next++
    const socket = connect({ host: '127.0.0.1', port: Number(port), secureContext, servername: domain })
    socket.setNoDelay(true)
    clock.watch(socket)
    await once(socket, 'secureConnect')
    socket.write('to and fro\n')
    await once(socket, 'data')
  }
}
