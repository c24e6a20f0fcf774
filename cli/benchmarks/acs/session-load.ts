import { connect } from 'node:net'
import { postText } from '../../../harness/acs/device-stub.ts'
import { createRealClock } from '../../../harness/clock/real-clock.ts'
import { ordinaryInform } from './ordinary-inform.ts'

// A process of its own: devices that open a connection, send an Inform and an empty POST, and leave when the ACS has
// nothing to say. Arguments: port of the ACS on the loopback, how many at the same time, milliseconds that are not
// counted, milliseconds that are. Its last line is what came of it, as `SessionLoadResult` in JSON.

/** What came of a load. */
export interface SessionLoadResult {
  /** Sessions that came to their end while it was measured, a second. */
  perSecond: number
  completed: number
  /** Those that came to their end before it was measured included. */
  altogether: number
  /** Sessions that ended otherwise. */
  failed: number
  /** The share of the time in which this program had something to do. */
  busy: number
}

const [port, together, warmUpMs, measuredMs] = process.argv.slice(2).map(Number) as [number, number, number, number]
const clock = createRealClock()
let begun = 0
let completed = 0
let failed = 0
let isOver = false

function session(): void {
  if (isOver) return
  const inform = postText(ordinaryInform(`LOAD${++begun}`))
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  let received = ''
  let cookie: string | undefined
  let isComplete = false
  socket.setEncoding('latin1')
  socket.once('connect', () => socket.write(inform))
  socket.on('data', (text: string) => {
    received += text
    if (cookie === undefined) {
      if (!received.endsWith('Envelope>')) return
      cookie = /^set-cookie: ([^;\r]*)/im.exec(received)?.[1] ?? ''
      received = ''
      socket.write(postText('', { Cookie: cookie }))
      return
    }
    if (!received.endsWith('\r\n\r\n')) return
    isComplete = received.startsWith('HTTP/1.1 204')
    socket.end()
  })
  socket.on('error', () => undefined)
  socket.once('close', () => {
    if (isComplete) completed++
    else failed++
    session()
  })
}

for (let count = 0; count < together; count++) session()
await clock.sleep(warmUpMs)
const before = { completed, failed, at: clock.now(), cpu: process.cpuUsage() }
await clock.sleep(measuredMs)
const seconds = (clock.now() - before.at) / 1000
const { user, system } = process.cpuUsage(before.cpu)
isOver = true
const result: SessionLoadResult = {
  perSecond: (completed - before.completed) / seconds,
  completed: completed - before.completed,
  altogether: completed,
  failed: failed - before.failed,
  busy: (user + system) / 1e6 / seconds,
}
console.log(JSON.stringify(result))
process.exit()
