import { createRealClock } from '../../../harness/clock/real-clock.ts'
import { openStunServer } from '../../../harness/stun-server/stun-server.ts'
import { openTimelineFile } from '../../../harness/timeline/file.ts'
import { TimelineRecorder } from '../../../harness/timeline/recorder.ts'
import { createRedactor } from '../../../harness/timeline/redactor.ts'
import { stunUsername } from './stun-user.ts'

// A process of its own: the embedded STUN server, recording as it does in a run. Argument: file of the timeline. Says
// its port.

const [timelinePath] = process.argv.slice(2) as [string]
const clock = createRealClock()
const redactor = createRedactor()
const account = { username: stunUsername, password: 'password-of-the-device' }
redactor.learn(account.password)
const file = openTimelineFile(timelinePath)
const server = await openStunServer({
  clock,
  timeline: new TimelineRecorder({ clock, redactor, sink: entry => file.write(entry) }),
  listen: { address: '127.0.0.1', port: 0 },
  isOfDeviceUnderTest: ({ username }) => username === account.username,
})
server.learn(account)
console.log(`port ${server.endpoint.port}`)
