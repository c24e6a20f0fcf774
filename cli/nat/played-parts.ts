import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NatLab } from '../../fixtures/nat/nat-lab.ts'
import { abortable } from '../../harness/abortable.ts'
import type { Clock } from '../../harness/clock/clock.ts'
import { readTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import { timelineOf } from '../../harness/timeline/timeline.ts'
import type { RunRecord } from '../../reports/run-record.ts'
import { httpScenarios } from '../../suites/scenarios.ts'
import type { Check } from './check.ts'
import { acsListens, deviceArguments, deviceIsOn, noteDevice, writeProfile } from './lab-profile.ts'
import { mappingLostChecks } from './mapping-lost-checks.ts'
import { lastWords, type ProcessInside, startInside } from './process-inside.ts'
import { suiteChecks } from './suite-checks.ts'

/** What the parts of the demonstration are played with. */
export interface Playing {
  lab: NatLab
  clock: Clock
  /** An empty directory for profiles, run directories and timelines. */
  directory: string
  /** Aborted when it is to stop. */
  signal: AbortSignal
  /** Hears what the run says, line by line. */
  onLine: (line: string) => void
}

const connreq = fileURLToPath(new URL('../connreq.js', import.meta.url))
const mappingLostScript = fileURLToPath(new URL('./mapping-lost.js', import.meta.url))

/** Plays the suite, or the scenarios in `only`, against the device behind the NAT. @throws Error when nothing came of it */
export async function playSuite(playing: Playing, only: readonly string[]): Promise<Check[]> {
  const { lab, clock, directory, onLine } = playing
  const profile = writeProfile(directory)
  const out = join(directory, 'run')
  const selection = only.length === 0 ? [] : ['--only', ...only]
  const run = ['run', profile, '--out', out, '--reporter', 'terminal', ...selection]
  await using harness = startInside(lab.namespaces.outside, connreq, run, { clock, onLine })
  await withDevice(playing, harness)
  const isPlayed = (id: string) => only.length === 0 || only.includes(id)
  return suiteChecks(
    timelineIn(join(out, timelineFileName)),
    JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunRecord,
    httpScenarios.map(({ id }) => id).filter(id => id.startsWith('http-') && isPlayed(id)),
  )
}

/** Lets the router forget the mapping and sees what the device does. @throws Error when nothing came of it */
export async function loseMapping(playing: Playing): Promise<Check[]> {
  const { lab, clock, directory, onLine } = playing
  const timeline = join(directory, 'mapping-lost.jsonl')
  const args = ['--profile', writeProfile(directory), '--timeline', timeline, '--lab', String(process.pid)]
  await using harness = startInside(lab.namespaces.outside, mappingLostScript, args, { clock, onLine })
  await withDevice(playing, harness)
  const exitCode = await harness.ended
  if (exitCode !== 0) throw new Error(`It ended with ${exitCode}. ${lastWords(harness)}`)
  return mappingLostChecks(timelineIn(timeline))
}

/** Powers the device on once the ACS listens; off again when the harness has ended. */
async function withDevice({ lab, clock, directory, signal }: Playing, harness: ProcessInside): Promise<void> {
  await abortable(harness.lineLike(acsListens), signal)
  await using device = startInside(lab.namespaces.device, connreq, deviceArguments, { clock })
  noteDevice(directory, device.pid)
  await abortable(device.lineLike(deviceIsOn), signal)
  await abortable(harness.ended, signal)
}

const timelineIn = (path: string) => timelineOf(readTimelineFile(path).entries)
