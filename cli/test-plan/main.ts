import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'
import { playWholeSuite } from './played-suite.ts'
import { buildTestPlan } from './test-plan.ts'
import { testPlanText } from './test-plan-text.ts'

// npm run test-plan: writes docs/test-plan.md.
const path = join(packageRoot, 'docs', 'test-plan.md')
writeFileSync(path, testPlanText(buildTestPlan(await playWholeSuite())))
console.log(`${path} is written.`)
// What a library left open shall not keep anybody waiting.
process.exit()
