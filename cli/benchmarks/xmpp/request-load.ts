import { createSecureContext } from 'node:tls'
import { withTimeout } from '../../../harness/clock/clock.ts'
import { createRealClock } from '../../../harness/clock/real-clock.ts'
import { accountName } from './accounts.ts'
import { type ComponentStream, openComponentStream } from './component-stream.ts'
import { openDeviceStream } from './device-stream.ts'
import type { ServerPlace } from './server-place.ts'

/** What to measure, as JSON in the argument of the process. */
export interface RequestLoad {
  place: ServerPlace
  devices: number
  /** `together`: one request to each device all the time; `paced`: so many a second at an even pace, to each in turn. */
  load: { kind: 'together' } | { kind: 'paced'; perSecond: number }
  seconds: number
}

/** What came of it, as JSON in the last line of the process. */
export interface RequestLoadResult {
  perSecond: number
  /** From writing a request to reading its result. */
  latenciesMs: number[]
  /** How many cores these clients took. */
  cores: number
}

// A process of its own: a component and devices with TLS and SCRAM, the same for every server. What is measured begins
// when the programs are warm, the server's included.

const warmUpMs = 2000
/** Longer than a server that works ever takes. */
const patienceMs = 15_000
const { place, devices, load, seconds } = JSON.parse(process.argv[2] ?? '') as RequestLoad
const clock = createRealClock()
const component = await openComponentStream(clock, place)
const jids: string[] = []
await withTimeout(clock, patienceMs, connectDevices(), () => new Error(`Only ${jids.length} devices got in.`))
const latenciesMs: number[] = []
let unanswered = 0
await inTime(keepAsking(component, clock.now() + warmUpMs))
latenciesMs.length = 0
const cpu = process.cpuUsage()
const endAt = clock.now() + seconds * 1000
await inTime(load.kind === 'together' ? keepAsking(component, endAt) : askAtPace(component, load.perSecond, endAt))

const { user, system } = process.cpuUsage(cpu)
const cores = (user + system) / 1e6 / seconds
const result: RequestLoadResult = { perSecond: latenciesMs.length / seconds, latenciesMs, cores }
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit())

function inTime(work: Promise<void>): Promise<void> {
  const ms = Math.max(warmUpMs, seconds * 1000) + patienceMs
  return withTimeout(clock, ms, work, () => new Error(`${unanswered} requests got no answer.`))
}

async function connectDevices(): Promise<void> {
  const secureContext = createSecureContext({ ca: place.ca })
  for (let index = 0; index < devices; index++) {
    const username = accountName(index)
    const { clientPort: port } = place
    const stream = await openDeviceStream({ clock, port, secureContext, username, mechanism: 'SCRAM-SHA-1' })
    jids.push(stream.jid)
  }
}

function ask(stream: ComponentStream, jid: string, onAnswer: () => void): void {
  const sentAt = clock.now()
  unanswered++
  stream.request(jid, () => {
    unanswered--
    latenciesMs.push(clock.now() - sentAt)
    onAnswer()
  })
}

/** The next request to a device goes out as soon as its last one is answered. */
async function keepAsking(stream: ComponentStream, endAt: number): Promise<void> {
  const toOne = (jid: string) =>
    new Promise<void>(resolve => {
      const next = () => (clock.now() < endAt ? ask(stream, jid, next) : resolve())
      next()
    })
  await Promise.all(jids.map(toOne))
}

/** Requests go out when they are due, whether or not the earlier ones are answered. */
async function askAtPace(stream: ComponentStream, perSecond: number, endAt: number): Promise<void> {
  const firstAt = clock.now()
  const answers: Promise<void>[] = []
  for (let n = 0; clock.now() < endAt; n++) {
    const dueAt = firstAt + (n / perSecond) * 1000
    if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now())
    answers.push(new Promise(resolve => ask(stream, jids[n % jids.length] as string, resolve)))
  }
  await Promise.all(answers)
}
