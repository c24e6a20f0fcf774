import type { RunRecord } from '../run-record.ts'
import { joinParts } from './joined-parts.ts'
import type { NamedRun } from './merged-runs.ts'

/** The runs of one device. */
export interface DeviceRuns {
  /** No two groups share it. */
  label: string
  runs: NamedRun[]
}

/**
 * The runs by DeviceId (A.3.3.1, Table 36: manufacturer, OUI, product class, serial number), in the order of their
 * first run. A simulated device is never the same as a real one, and a run whose device told no DeviceId stands alone.
 * Parts of one division that complement each other are together.
 */
export function groupByDevice(runs: readonly NamedRun[]): DeviceRuns[] {
  const groups = new Map<string, NamedRun[]>()
  for (const run of runs) {
    const key = deviceKey(run.record) ?? `run ${run.path}`
    groups.set(key, [...(groups.get(key) ?? []), run])
  }
  const all = joinParts([...groups.values()])
  const names = all.map(group => nameOf(group))
  const shared = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return all.map((group, index) => {
    const name = names[index] ?? ''
    return { label: shared.has(name) ? `${name} (${index + 1})` : name, runs: group }
  })
}

/** Whether the device said who it is. */
export const toldDeviceId = ({ device }: RunRecord): boolean =>
  device.oui !== undefined && device.serialNumber !== undefined

function deviceKey(record: RunRecord): string | undefined {
  const { manufacturer, oui, productClass, serialNumber } = record.device
  if (!toldDeviceId(record)) return undefined
  return JSON.stringify([manufacturer, oui, productClass, serialNumber, record.lab.simulated !== undefined])
}

/** The name as the profile has it, else the model, and the end of the serial number. */
function nameOf(runs: readonly NamedRun[]): string {
  const [first] = runs
  if (!first) return ''
  const { device, lab, shelf } = first.record
  const name = device.name ?? ([device.manufacturer, device.productClass].filter(Boolean).join(' ') || shelf?.device)
  const units = [...new Set(runs.flatMap(({ record }) => record.device.serialNumber ?? []))]
  const unit = units.length > 1 ? [`(${units.length} units)`] : units.map(serial => `…${serial.slice(-4)}`)
  return [...(lab.simulated ? ['simulated'] : []), name || 'unknown device', ...unit].join(' ')
}
