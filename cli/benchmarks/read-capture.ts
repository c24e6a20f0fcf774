import { createRealClock } from '../../harness/clock/real-clock.ts'
import { readCapture } from '../../harness/capture/read-capture.ts'
import { thisTool } from '../tool.ts'

// The process under measurement: reads the capture that is named, and says how long it took.

const clock = createRealClock()
const begun = clock.now()
const { entries, remarks } = await readCapture({ path: process.argv[2] ?? '', tool: thisTool() })
for (const remark of remarks) console.log(remark)
console.log(`read ${entries.length} entries in ${clock.now() - begun} ms`)
