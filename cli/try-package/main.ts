import { explainFailure } from '../failure.ts'
import { tryPackage } from './try-package.ts'

// `npm run try-package`

const say = (line: string) => void process.stdout.write(`${line}\n`)

try {
  const wrong = tryPackage(say)
  say(wrong === 0 ? 'The package works.' : `${wrong} of what the package promises does not hold.`)
  process.exitCode = wrong === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`)
  process.exitCode = 2
}
