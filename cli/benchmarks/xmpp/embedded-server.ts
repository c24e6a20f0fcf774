import { readFileSync } from 'node:fs'
import { createRealClock } from '../../../harness/clock/real-clock.ts'
import { openTimelineFile } from '../../../harness/timeline/file.ts'
import { TimelineRecorder } from '../../../harness/timeline/recorder.ts'
import { createRedactor } from '../../../harness/timeline/redactor.ts'
import { openXmppServer } from '../../../harness/xmpp-server/xmpp-server.ts'
import { accountName, accountPassword, componentDomain, domain, requestCredentials } from './accounts.ts'
import { tellMemoryOnRequest } from './memory-on-request.ts'

// A process of its own: the embedded server, recording as it does in a run. Arguments: file of the key, file of the
// certificate, file of the timeline, secret of the component, how many accounts. Says its ports, of clients and of
// components, and its memory when asked.

const [key, cert, timelinePath, secret, accounts] = process.argv.slice(2) as [string, string, string, string, string]
const clock = createRealClock()
const redactor = createRedactor()
for (const password of [accountPassword, secret, requestCredentials.password]) redactor.learn(password)
const file = openTimelineFile(timelinePath)
const server = await openXmppServer({
  clock,
  timeline: new TimelineRecorder({ clock, redactor, sink: entry => file.write(entry) }),
  domain,
  listen: { address: '127.0.0.1', port: 0 },
  tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') },
})
for (let index = 0; index < Number(accounts); index++)
  server.addAccount({ username: accountName(index), password: accountPassword })
server.addComponent({ domain: componentDomain, secret })
tellMemoryOnRequest(clock)
console.log(`ports ${server.endpoint.port} ${server.componentEndpoint.port}`)
