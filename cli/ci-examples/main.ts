import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fewScenarios, type Result } from './example.ts'
import { playGitHub } from './github.ts'
import { playGitLab } from './gitlab.ts'
import { playKubernetes } from './kubernetes.ts'

// `npm run ci-examples`: plays the examples of docs/ci against the simulated device, as their engines would, and
// looks at what they say in the end.

let failures = 0
const directory = mkdtempSync(join(tmpdir(), 'connreq-ci-'))

try {
  const gitLab = playGitLab(join(directory, 'gitlab'), '')
  check('GitLab: the whole suite in parts, merged', gitLab.exitCode === 0 && saysKept(gitLab.merged?.sentence), gitLab)

  const gitHub = playGitHub(join(directory, 'github'), { options: fewScenarios })
  check('GitHub: every part is green', gitHub.parts.every(succeeded), ...gitHub.parts)
  check('GitHub: the verdict is green', succeeded(gitHub.verdict) && saysKept(gitHub.verdict.text), gitHub.verdict)

  const broken = playGitHub(join(directory, 'broken'), { options: `${fewScenarios} --fault session-never` })
  check('GitHub: a broken device is red', broken.verdict.exitCode === 1, broken.verdict)

  const lost = playGitHub(join(directory, 'lost'), { options: fewScenarios, lost: [2] })
  const isNamed = lost.verdict.text.includes('part 2 of 3 is missing')
  check('GitHub: a lost part is red and named', lost.verdict.exitCode === 2 && isNamed, lost.verdict)

  const kubernetes = playKubernetes(join(directory, 'kubernetes'), fewScenarios)
  check('Kubernetes: every index succeeds', kubernetes.parts.every(succeeded), ...kubernetes.parts)
  const { verdict } = kubernetes
  check('Kubernetes: the verdict succeeds', succeeded(verdict) && saysKept(verdict.text), verdict)
} finally {
  rmSync(directory, { recursive: true })
}
process.exitCode = failures === 0 ? 0 : 1

function check(what: string, holds: boolean, ...results: Result[]): void {
  process.stdout.write(`${holds ? 'ok    ' : 'FAILED'} ${what}\n`)
  if (holds) return
  failures += 1
  for (const { exitCode, text } of results) process.stdout.write(`exit code ${exitCode}\n${text}\n`)
}

function succeeded({ exitCode }: Result): boolean {
  return exitCode === 0
}

/** In virtual time no run is called conformant. */
function saysKept(text = ''): boolean {
  return /^KEPT: every applicable MUST/m.test(text)
}
