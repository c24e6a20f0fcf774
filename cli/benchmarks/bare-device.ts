import { type AddressInfo, connect, createServer } from 'node:net'
import { createRealClock } from '../../harness/clock/real-clock.ts'

// A process of its own that does on bare sockets what a device does: it replies, and 200 ms later it connects to the
// port of its argument. It says its own port, then a line for each reply with how long it took until the attempt, in
// milliseconds by its own clock.

const acsPort = Number(process.argv[2])
const timeToSessionMs = 200
const clock = createRealClock()

const server = createServer({ noDelay: true }, socket => {
  clock.watch(socket)
  socket.once('data', () => socket.end('reply', () => void callBack(clock.now())))
  socket.on('error', () => undefined)
})
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`))

async function callBack(repliedAt: number): Promise<void> {
  await clock.sleep(timeToSessionMs)
  console.log(`took ${clock.now() - repliedAt}`)
  clock.watch(connect({ host: '127.0.0.1', port: acsPort, noDelay: true })).end()
}
