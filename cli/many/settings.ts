import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import { earlierRun, settingsOf } from '../run/run.ts'
import type { ManyOptions } from './many-options.ts'
import type { NamedProfile } from './profiles.ts'

/** What the playing process of a device is told of its run, but for the directory. @throws UsageProblem */
export async function settingsFor(
  { profile, label }: NamedProfile,
  options: ManyOptions,
): Promise<(directory: string) => ConformanceSettings> {
  const chosen = { device: { kind: 'lab', profile }, name: label } as const
  const baseline = await earlierRun(chosen)
  return directory => ({
    ...settingsOf(chosen, options, directory),
    // Allure's results are made from the timeline, with the other reports.
    allure: false,
    ...(baseline ? { baseline } : {}),
  })
}
