import type { RunRecord } from '../run-record.ts'
import type { Change } from './comparison.ts'
import { profileChanges } from './profile-changes.ts'

/** What differs around the two runs: device, tool, clock, simulated device, profile. */
export function circumstancesOf(before: RunRecord, after: RunRecord): Change[] {
  const [old, now] = [factsOf(before), factsOf(after)]
  return [
    ...Object.keys(now).flatMap(name => {
      const [was, is] = [old[name], now[name]]
      if (was === is) return []
      return { name, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }
    }),
    ...profileChanges(before.profile, after.profile),
  ]
}

/** Sentences on how far the two runs can be compared. */
export function caveatsOf(before: RunRecord, after: RunRecord): string[] {
  return [deviceCaveat(before, after), clockCaveat(before, after), toolCaveat(before, after)].flatMap(
    text => text ?? [],
  )
}

function factsOf({ device, tool, clock, lab: { simulated } }: RunRecord): Record<string, string | undefined> {
  return {
    'device name': device.name,
    manufacturer: device.manufacturer,
    OUI: device.oui,
    'product class': device.productClass,
    'serial number': device.serialNumber,
    firmware: device.firmware,
    connreq: toolText(tool),
    clock: `${clock} time`,
    'simulated device':
      simulated && ([...simulated.faults, ...simulated.variants].join(', ') || 'without faults or variants'),
  }
}

/** `0.3.0 (commit 0937229a)` */
export const toolText = ({ version, commit }: RunRecord['tool']) =>
  commit === undefined ? version : `${version} (commit ${commit.slice(0, 8)})`

function deviceCaveat({ device: old, lab: oldLab }: RunRecord, { device: now, lab }: RunRecord): string | undefined {
  const kind = { before: oldLab.simulated ? 'simulated' : 'real', after: lab.simulated ? 'simulated' : 'real' }
  if (kind.before !== kind.after)
    return `A ${kind.before} device before, a ${kind.after} one after: what differs says nothing about a change of either.`
  const differs = (fact: keyof typeof now) =>
    old[fact] !== undefined && now[fact] !== undefined && old[fact] !== now[fact]
  if (differs('manufacturer') || differs('productClass'))
    return `These are two different devices: ${modelOf(old)} before, ${modelOf(now)} after.`
  if (differs('oui') || differs('serialNumber'))
    return `These are two units of ${modelOf(now)}: ${unitOf(old)} before, ${unitOf(now)} after.`
  return undefined
}

const modelOf = ({ manufacturer, productClass }: RunRecord['device']) =>
  [manufacturer, productClass].filter(Boolean).join(' ') || 'an unnamed model'

const unitOf = ({ oui, serialNumber }: RunRecord['device']) => [oui, serialNumber].filter(Boolean).join('-')

function clockCaveat({ clock: old }: RunRecord, { clock: now }: RunRecord): string | undefined {
  if (old === now) return undefined
  return `${capital(old)} time before, ${now} time after: measured times of the two cannot be compared, and virtual time is no conformance result.`
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function toolCaveat({ tool: old }: RunRecord, { tool: now }: RunRecord): string | undefined {
  if (toolText(old) === toolText(now)) return undefined
  return 'Two versions of connreq made these runs, so a change can be one of connreq: "connreq judge" tells what this version says of each.'
}
