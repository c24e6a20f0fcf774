import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { timelineFileName } from '../../../harness/timeline/file.ts'
import type { Benchmark, BenchmarkConditions } from '../benchmark.ts'
import { endOf, startProgram } from '../child-process.ts'
import { median } from '../statistics.ts'
import { twoCores, whyNoLoad } from '../stun/load-program.ts'
import { processorTime } from '../stun/processor-time.ts'
import type { SessionLoadResult } from './session-load.ts'

const targetPerSecond = 1500
/** Devices that are in a session at the same time. */
const together = 20
const warmUpMs = 2000

const serverScript = fileURLToPath(new URL('./acs-server.js', import.meta.url))
const loadScript = fileURLToPath(new URL('./session-load.js', import.meta.url))

interface Round extends SessionLoadResult {
  /** Processor time of the ACS for one session, in microseconds. */
  processorUs: number
}

/** How many whole sessions one ACS on one core goes through. */
export const informSessions: Benchmark = {
  name: 'acs-sessions',
  about: 'complete Inform sessions that the ACS goes through on one core',
  async measure(conditions) {
    const reason = whyNoLoad()
    if (reason !== undefined) {
      conditions.say(`Left out: ${reason}.`)
      return []
    }
    const rounds: Round[] = []
    for (let round = 1; round <= (conditions.quick ? 1 : 5); round++) rounds.push(await playRound(conditions))
    const rates = rounds.map(({ perSecond }) => perSecond)
    const failed = rounds.reduce((sum, round) => sum + round.failed, 0)
    const processorUs = median(rounds.map(round => round.processorUs))
    const busy = median(rounds.map(round => round.busy)) * 100
    return [
      {
        name: 'acs-sessions',
        value: median(rates),
        unit: '1/s',
        target: targetPerSecond,
        bound: 'at least',
        note:
          `median of ${rounds.length} rounds, ${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}; ` +
          `one process on one core, recorded to a file; each session has a connection of its own, an Inform with ` +
          `8 parameters and an empty POST; ${together} at the same time, ${failed} failed; ` +
          `${processorUs.toFixed(0)} µs of processor time for a session; the load used ${busy.toFixed(0)} % of another core`,
      },
    ]
  },
}

async function playRound({ clock, directory, quick }: BenchmarkConditions): Promise<Round> {
  const [serverCore, loadCore] = twoCores()
  const timeline = join(mkdtempSync(join(directory, 'round-')), timelineFileName)
  await using server = startProgram('taskset', ['-c', serverCore, process.execPath, serverScript, timeline], clock)
  await server.lineLike(/^port /)
  const port = server.lines[0]?.split(' ')[1] ?? ''
  const before = processorTime(server.pid)
  const settings = [port, together, warmUpMs, quick ? 2000 : 8000].map(String)
  const load = startProgram('taskset', ['-c', loadCore, process.execPath, loadScript, ...settings], clock)
  await endOf(load)
  const result = JSON.parse(load.lines.at(-1) ?? '') as SessionLoadResult
  return { ...result, processorUs: ((processorTime(server.pid) - before) * 1000) / result.altogether }
}
