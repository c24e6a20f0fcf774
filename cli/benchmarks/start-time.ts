import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Benchmark } from './benchmark.ts'
import { connreqScript, startScript } from './child-process.ts'
import { median } from './statistics.ts'

const profile = `device: { name: start }
acs: { listen: 127.0.0.1:0 }
`

/** How long it takes from the command to the line that tells the person to point the device at the ACS. */
export const startTime: Benchmark = {
  name: 'start',
  about: 'connreq run with a profile, until it waits for the device',
  async measure({ clock, directory, quick }) {
    const path = join(directory, 'profile.yaml')
    writeFileSync(path, profile)
    const firstLine: number[] = []
    const waiting: number[] = []
    for (let run = 1; run <= (quick ? 2 : 5); run++) {
      await using connreq = startScript(connreqScript, ['run', path, '--out', join(directory, `run-${run}`)], clock)
      const first = await connreq.lineLike(/^connreq /)
      const waits = await connreq.lineLike(/first Inform/)
      firstLine.push(first - connreq.startedAt)
      waiting.push(waits - connreq.startedAt)
    }
    const note = (values: number[]) =>
      `median of ${values.length} starts, ${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)} ms`
    return [
      { name: 'start-to-first-line', value: median(firstLine) / 1000, unit: 's', target: null, note: note(firstLine) },
      { name: 'start-to-waiting', value: median(waiting) / 1000, unit: 's', target: 1.5, note: note(waiting) },
    ]
  },
}
