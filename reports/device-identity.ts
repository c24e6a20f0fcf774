import { z } from 'zod'
import type { Entry, EntryOf } from '../harness/timeline/entry.ts'
import type { RunRecord } from './run-record.ts'

const declared = z.object({ device: z.object({ name: z.string(), firmware: z.string() }).partial() })

/** Who the device is: what its first Inform says; the profile's words where the Inform is silent. */
export function deviceIdentity(entries: readonly Entry[], profile: unknown): RunRecord['device'] {
  const fromProfile = declared.safeParse(profile).data?.device ?? {}
  const informs = entries.filter((entry): entry is EntryOf<'session-opened'> => entry.type === 'session-opened')
  const inform = (informs.find(session => session.ofDeviceUnderTest) ?? informs[0])?.inform
  const firmware = inform?.parameters.find(({ name }) => name.endsWith('.DeviceInfo.SoftwareVersion'))?.value
  return withoutUndefined({
    name: fromProfile.name,
    manufacturer: inform?.deviceId.manufacturer,
    oui: inform?.deviceId.oui,
    productClass: inform?.deviceId.productClass,
    serialNumber: inform?.deviceId.serialNumber,
    firmware: firmware ?? fromProfile.firmware,
  })
}

function withoutUndefined(device: { [K in keyof RunRecord['device']]?: string | undefined }): RunRecord['device'] {
  return Object.fromEntries(Object.entries(device).filter(([, value]) => value !== undefined))
}
