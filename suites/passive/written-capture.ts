import type { Entry, NewEntry, ParameterValue } from '../../harness/timeline/entry.ts'
import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import { judgeRun } from '../judge-run.ts'
import { type Happening, plain, session, written } from '../written-timeline.ts'

const told: ParameterValue = {
  name: 'Device.ManagementServer.ConnectionRequestURL',
  value: 'http://192.0.2.2:30005/q7x2',
}

const start: NewEntry = {
  type: 'run-started',
  tool: { version: '0' },
  ...{ clock: 'real', wallTime: '2026-01-02T03:04:05.000Z', node: '', platform: '', profile: {}, pid: 1 },
  captured: { file: 'field.pcapng', sha256: '', packets: 100 },
}

/** A periodic session: it tells the ConnectionRequestURL, and that the capture still saw the device. */
export const periodic = (at: number, more: Partial<Parameters<typeof session>[0]> = {}): Happening =>
  session({ at, events: ['2 PERIODIC'], parameters: [told], ...more })

/** A capture in which the device told its URL at first. */
export const capture = (...happenings: Happening[]): Entry[] => written(plain(0, start), periodic(10), ...happenings)

/** What is said of one metric, named `scenario.metric`, of the entries of a capture. */
export function outcomeIn(entries: readonly Entry[], name: string): MetricOutcome {
  const [scenario, metric] = name.split('.')
  const outcome = judgeRun(entries).find(({ id }) => id === scenario)
  const found = outcome?.metrics.find(each => each.name === metric)
  if (found === undefined) throw new Error(`There is no metric ${name}.`)
  return found
}

/** The verdict of one metric of a capture in which these things happened. */
export const verdictIn = (name: string, ...happenings: Happening[]): string =>
  outcomeIn(capture(...happenings), name).verdict
