import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import { earlierRun, settingsOf } from '../run/run.ts'
import type { ManyOptions } from './many-options.ts'
import type { NamedProfile } from './profiles.ts'

type Shelf = NonNullable<ConformanceSettings['shelf']>

/** What the playing process of a device is told of its run, but for the directory. @throws UsageProblem */
export async function settingsFor(
  { path, profile, label }: NamedProfile,
  { options, shelf }: { options: ManyOptions; shelf: Omit<Shelf, 'device'> },
): Promise<(directory: string) => ConformanceSettings> {
  const chosen = { device: { kind: 'lab', profile }, name: label, profilePath: path } as const
  const baseline = await earlierRun(chosen)
  return directory => ({
    ...settingsOf(chosen, options, directory),
    // Allure's results are made from the timeline, with the other reports.
    allure: false,
    shelf: { device: label, ...shelf },
    ...(baseline ? { baseline } : {}),
  })
}
