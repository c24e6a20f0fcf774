import { createSecureContext } from 'node:tls'
import { createRealClock } from '../../../harness/clock/real-clock.ts'
import { accountName } from './accounts.ts'
import { openComponentStream } from './component-stream.ts'
import { openDeviceStream } from './device-stream.ts'
import type { ServerPlace } from './server-place.ts'

/** What to do, as JSON in the argument of the process. */
export interface IdleStreams {
  place: ServerPlace
  count: number
  requests: number
}

/** What came of it, as JSON in the last line of the process. */
export interface IdleStreamsResult {
  latenciesMs: number[]
}

// A process of its own: many devices whose streams stay idle. Says `open` when all are there; at SIGUSR2 one after
// another of them, any of all, gets a Connection Request.

/** Negotiations under way at a time. */
const atOnce = 20
const betweenRequestsMs = 20

const { place, count, requests } = JSON.parse(process.argv[2] ?? '') as IdleStreams
const clock = createRealClock()
const asked = new Promise<void>(resolve => process.once('SIGUSR2', resolve))
const jids: string[] = []
const secureContext = createSecureContext({ ca: place.ca })
const component = await openComponentStream(clock, place)
let next = 0
await Promise.all(Array.from({ length: atOnce }, openOneAfterAnother))
console.log(`open ${jids.length}`)
await asked
const latenciesMs: number[] = []
for (let n = 0; n < requests; n++) {
  const jid = jids[Math.floor(Math.random() * jids.length)] as string
  const sentAt = clock.now()
  await new Promise<void>(resolve => component.request(jid, resolve))
  latenciesMs.push(clock.now() - sentAt)
  await clock.sleep(betweenRequestsMs)
}
const result: IdleStreamsResult = { latenciesMs }
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit())

async function openOneAfterAnother(): Promise<void> {
  while (next < count) {
    const username = accountName(next++)
    const { clientPort: port } = place
    const { jid } = await openDeviceStream({ clock, port, secureContext, username, mechanism: 'PLAIN' })
    jids.push(jid)
  }
}
