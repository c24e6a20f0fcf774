import { toolText } from '../compare/circumstances.ts'
import type { RunRecord } from '../run-record.ts'
import { type DeviceRuns, toldDeviceId } from './group-by-device.ts'
import type { NamedRun, Saying } from './merged-runs.ts'
import { partCaveats } from './parts.ts'
import { sayingsOf } from './sayings.ts'

/** Sentences on what differs between the runs, and on how far they can stand together. */
export function mergeCaveats(devices: readonly DeviceRuns[]): string[] {
  const all = devices.flatMap(({ runs }) => runs)
  return [
    ...differing(all, 'The runs have different clocks', ({ clock }) => `${clock} time`),
    ...differing(all, 'Different versions of connreq made the runs', ({ tool }) => toolText(tool)),
    ...devices.flatMap(deviceCaveats),
    ...devices.flatMap(partCaveats),
    ...devices.flatMap(({ label, runs }) =>
      runs
        .filter(({ record }) => !toldDeviceId(record))
        .map(({ path }) =>
          runs.length === 1
            ? `The device of ${path} told no DeviceId, so its run stands alone.`
            : `${label}: the device of ${path} told no DeviceId.`,
        ),
    ),
  ]
}

function deviceCaveats({ label, runs: all }: DeviceRuns): string[] {
  const runs = all.filter(({ record }) => toldDeviceId(record))
  return [
    ...differing(
      runs,
      `${label}: the runs are of different firmware, so together they speak for none of its versions`,
      ({ device }) => device.firmware ?? 'firmware not told',
    ),
    ...differing(runs, `${label}: the simulated device was not the same in all runs`, ({ lab: { simulated } }) =>
      simulated ? [...simulated.faults, ...simulated.variants].sort().join(', ') || 'without faults or variants' : '',
    ),
  ]
}

function differing(runs: readonly NamedRun[], what: string, factOf: (record: RunRecord) => string): string[] {
  const sayings = sayingsOf(runs.map(({ path, record }) => ({ says: factOf(record), run: path })))
  return sayings.length > 1 ? [`${what}: ${sayings.map(sayingText).join('; ')}.`] : []
}

/** `0.3.0 (runs/a, runs/b)` */
const sayingText = ({ says, runs }: Saying) => `${says} (${runs.join(', ')})`
