import { visibleText } from '../../harness/timeline/visible-text.ts'
import type { RunRecord } from '../../reports/run-record.ts'
import type { RecordedRun } from '../recorded-run.ts'
import { UsageProblem } from '../usage-problem.ts'
import type { RunOptions } from './chosen-device.ts'
import type { FailedScenario } from './failed-scenarios.ts'

/** What is to be played. */
export interface ChosenScenarios {
  /** Ids of scenarios or requirements; empty for all scenarios. */
  only: string[]
  /** What there is to say about the choice, a line each. */
  lines: string[]
  /** Nothing has to be played: an earlier run left nothing to play again. */
  nothingToPlay: boolean
}

/**
 * The scenarios that `--only` names, or those that `--failed` takes from an earlier run; all without either.
 * @throws UsageProblem
 */
export async function chooseScenarios(
  profilePath: string | undefined,
  { only, failed, strict }: Pick<RunOptions, 'only' | 'failed' | 'strict'>,
): Promise<ChosenScenarios> {
  if (failed === undefined) {
    if (only.length > 0) (await import('../known-ids.ts')).checkOnly(only)
    return { only, lines: [], nothingToPlay: false }
  }
  if (only.length > 0)
    throw new UsageProblem(
      '--failed takes the scenarios from an earlier run and --only names them: give one of the two, not both.',
    )
  const { recordedRun } = await import('../recorded-run.ts')
  const run = await recordedRun(failed)
  checkSameKindOfDevice(failed, run.record, profilePath)
  return chooseFailed(failed, run, { strict })
}

/** Else a simulated device would be said to keep what a real one broke, or the other way round. */
function checkSameKindOfDevice(directory: string, { lab }: RunRecord, profilePath: string | undefined): void {
  if (lab.simulated && profilePath !== undefined)
    throw new UsageProblem(
      `${directory} is a run of the simulated device; leave the profile out to play its scenarios again.`,
    )
  if (!lab.simulated && profilePath === undefined)
    throw new UsageProblem(`${directory} is the run of a device in a lab; name its profile before --failed.`)
}

async function chooseFailed(
  directory: string,
  { record, problems }: RecordedRun,
  options: Pick<RunOptions, 'strict'>,
): Promise<ChosenScenarios> {
  const [{ failedScenarios }, { exitCodeOf }, { invariants, knownScenarios }] = await Promise.all([
    import('./failed-scenarios.ts'),
    import('../../reports/run-verdict.ts'),
    import('../../suites/scenarios.ts'),
  ])
  const all = failedScenarios(record)
  const known = new Set([...knownScenarios(), invariants].map(({ id }) => id))
  const playable = all.filter(({ id }) => known.has(id))
  const gone = all.filter(({ id }) => !known.has(id))
  if (playable.length > 0)
    return {
      only: playable.map(({ id }) => id),
      lines: [
        `Playing again what failed, hit an error or stayed undecided in ${directory}:`,
        ...playable.map(({ id, because }) => visibleText(`  ${id}: ${because.join(', ')}`)),
        ...gone.map(each => goneLine(each, record)),
        ...problems,
        ...(record.ended.how === 'completed' ? [] : [unfinishedLine]),
      ],
      nothingToPlay: false,
    }
  if (gone.length + problems.length > 0 || exitCodeOf(record, options) !== 0)
    throw new UsageProblem(
      [
        `No scenario of this version failed in ${directory}, and yet that run is not in order: ${record.sentence}`,
        ...gone.map(each => goneLine(each, record)),
        ...problems,
        'Run the whole suite again.',
      ]
        .map(visibleText)
        .join(' '),
    )
  const nothing = `Nothing failed, hit an error or stayed undecided in ${directory}: there is nothing to play again.`
  return { only: [], lines: [nothing], nothingToPlay: true }
}

const unfinishedLine = 'That run did not come to its end: what it had not played yet is not played now either.'

function goneLine({ id }: FailedScenario, { scenarios }: RunRecord): string {
  const suite = scenarios.find(scenario => scenario.id === id)?.suite
  return visibleText(
    suite === undefined
      ? `"${id}" is no scenario of this version and is left out.`
      : `"${id}" belongs to the suite "${suite}" and is left out; name its folder with --suites.`,
  )
}
