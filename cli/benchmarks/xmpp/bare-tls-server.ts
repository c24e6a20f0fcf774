import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { createRealClock } from '../../../harness/clock/real-clock.ts'
import { tellMemoryOnRequest } from './memory-on-request.ts'

// A process of its own: Node's TLS server and nothing else, which sends back what comes. Arguments: file of the key,
// file of the certificate. Says its port, and its memory when asked.

const [key, cert] = process.argv.slice(2) as [string, string]
const clock = createRealClock()
tellMemoryOnRequest(clock)
const server = createServer({ key: readFileSync(key), cert: readFileSync(cert), noDelay: true }, socket => {
  socket.on('data', bytes => void socket.write(bytes))
  socket.on('error', () => undefined)
})
server.listen(0, '127.0.0.1', () => console.log(`ports ${(server.address() as AddressInfo).port}`))
