import { selectPart } from '../../suites/division.ts'
import { selectScenarios } from '../../suites/scenarios.ts'
import { UsageProblem } from '../usage-problem.ts'

/** Says before anything is made what the playing process would say. @throws UsageProblem */
export function checkShard(only: readonly string[], run: Parameters<typeof selectPart>[1]): void {
  try {
    selectPart(selectScenarios(only, run.include), run)
  } catch (error) {
    throw new UsageProblem((error as Error).message)
  }
}
