import type { ScenarioRecord } from '../run-record.ts'

/** A playing that is shown whole, and later ones of the same scenario that came out the same. */
export interface ShownPlaying {
  scenario: ScenarioRecord
  alike: ScenarioRecord[]
}

/** So many playings of one scenario are shown whole, however differently they came out. */
const mostShown = 5

/** Every playing once, in the order in which they are shown; those that came out alike stand together. */
export function shownPlayings(scenarios: readonly ScenarioRecord[]): ShownPlaying[] {
  const shown: ShownPlaying[] = []
  const byOutcome = new Map<string, ShownPlaying>()
  const ofScenario = new Map<string, ShownPlaying[]>()
  for (const scenario of scenarios) {
    const others = ofScenario.get(scenario.id) ?? []
    const outcome = outcomeOf(scenario)
    const same = byOutcome.get(outcome) ?? (others.length >= mostShown ? others.at(-1) : undefined)
    if (same) {
      same.alike.push(scenario)
      continue
    }
    const playing = { scenario, alike: [] }
    shown.push(playing)
    byOutcome.set(outcome, playing)
    ofScenario.set(scenario.id, [...others, playing])
  }
  return shown
}

const outcomeOf = ({ id, verdict, reason, metrics }: ScenarioRecord) =>
  JSON.stringify([id, verdict, reason, metrics.map(({ name, verdict: each, known }) => [name, each, known])])
