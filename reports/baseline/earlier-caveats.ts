import type { EarlierRun } from '../../harness/timeline/earlier-run.ts'
import type { RunRecord, ScenarioRecord } from '../run-record.ts'

/** The run that is held against an earlier one. */
export interface RunNow extends Pick<RunRecord, 'clock' | 'device'> {
  scenarios: readonly Pick<ScenarioRecord, 'id' | 'verdict'>[]
}

/** Sentences on how far a run can be compared with an earlier one. */
export function earlierCaveats(earlier: EarlierRun, now: RunNow): string[] {
  const { clock, device = {}, ended, scenarios } = earlier
  const played = playedScenarios(now.scenarios)
  const before = new Set(scenarios)
  const notBefore = scenarios === undefined ? [] : played.filter(id => !before.has(id))
  const differs = (fact: 'name' | 'manufacturer' | 'firmware', word: string) => {
    const [was, is] = [device[fact], now.device[fact]]
    return was === is || was === undefined || is === undefined
      ? []
      : [`It was of ${word} ${was}, this one is of ${is}.`]
  }
  return [
    ...differs('name', 'a device called'),
    ...differs('manufacturer', 'the manufacturer'),
    ...differs('firmware', 'firmware'),
    ...(clock !== undefined && clock !== now.clock
      ? [`It was in ${clock} time, this one is in ${now.clock} time.`]
      : []),
    ...(ended === undefined || ended.how === 'completed'
      ? []
      : ['It did not reach its end, so that what is broken now may have been broken then.']),
    ...(notBefore.length > 0
      ? [`It did not play what this one did (${notBefore.join(', ')}): what that breaks may have been broken then.`]
      : []),
  ]
}

/** Each scenario that was played, once. */
export const playedScenarios = (scenarios: RunNow['scenarios']): string[] => [
  ...new Set(scenarios.filter(({ verdict }) => verdict !== 'not-applicable').map(({ id }) => id)),
]
