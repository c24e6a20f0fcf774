import { openAcs } from '../../../harness/acs/acs.ts'
import { createRealClock } from '../../../harness/clock/real-clock.ts'
import { openTimelineFile } from '../../../harness/timeline/file.ts'
import { TimelineRecorder } from '../../../harness/timeline/recorder.ts'
import { createRedactor } from '../../../harness/timeline/redactor.ts'

// A process of its own: the ACS, recording as it does in a run. Argument: file of the timeline. Says its port.

const [timelinePath] = process.argv.slice(2) as [string]
const clock = createRealClock()
const redactor = createRedactor()
redactor.learn('password-of-the-connection-request')
const file = openTimelineFile(timelinePath)
const acs = await openAcs({
  clock,
  timeline: new TimelineRecorder({ clock, redactor, sink: entry => file.write(entry) }),
  listen: { address: '127.0.0.1', port: 0 },
  authentication: { scheme: 'none' },
})
console.log(`port ${acs.port}`)
