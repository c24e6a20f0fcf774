import { callAcs } from '../../harness/acs/device-stub.ts'
import { informText } from '../../harness/acs/stub-envelopes.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'

// A process of its own: many other devices, each with one short session, one after another at an even pace until the
// process is ended. Arguments: port of the ACS on the loopback, sessions a second. A line a second says how many
// sessions were completed until then.

const [port, perSecond] = process.argv.slice(2).map(Number) as [number, number]
const clock = createRealClock()
let completed = 0

/** Inform, empty POST, and the ACS has nothing to say. */
async function session(serialNumber: string): Promise<void> {
  const connection = await callAcs(clock, port)
  const { cookies } = await connection.post(informText({ oui: '00D09E', serialNumber }))
  const last = await connection.post('', { Cookie: cookies })
  connection.close()
  if (last.status === 204) completed++
}

for (let begun = 0; ; begun++) {
  const dueAt = (begun / perSecond) * 1000
  if (dueAt > clock.now()) await clock.sleep(dueAt - clock.now())
  session(`LOAD${begun}`).catch((error: Error) => process.stderr.write(`${error.message}\n`))
  if (begun % perSecond === 0) process.stdout.write(`${completed} sessions completed\n`)
}
