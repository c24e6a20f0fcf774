import type { EntryOf } from './entry.ts'

/** An earlier run, as the beginning of a run that is compared with it has it. */
export type EarlierRun = EntryOf<'baseline'>['run']

/** The device of a run, as far as it is known. */
export interface RunsDevice {
  simulated: boolean
  oui?: string | undefined
  productClass?: string | undefined
}

/** Why a run must not be held against an earlier one, in a sentence; `undefined` where it may. */
export function whyNotComparable(earlier: EarlierRun, now: RunsDevice): string | undefined {
  const { path, ended, simulated, device = {} } = earlier
  if (ended?.how === 'killed')
    return `baseline.run: ${path} was killed before its end, so that what it did not find broken is not known to be kept; name a run that came to its end.`
  if (simulated !== undefined && simulated !== now.simulated)
    return simulated
      ? `baseline.run: ${path} is a run of the simulated device and says nothing of a device in a lab.`
      : `baseline.run: ${path} is the run of a device in a lab and says nothing of the simulated device.`
  for (const [name, was, is] of [
    ['OUI', device.oui, now.oui],
    ['ProductClass', device.productClass, now.productClass],
  ])
    if (was !== undefined && is !== undefined && was !== is)
      return `baseline.run: ${path} is the run of another device: its ${name} is "${was}", that of this one "${is}".`
  return undefined
}
