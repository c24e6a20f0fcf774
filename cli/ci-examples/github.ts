import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { documentsOf, exampleText, execute, installProgram, type Place, type Result } from './example.ts'

/** As much of a workflow as the example has. */
interface Workflow {
  env: Record<string, string>
  jobs: { play: Job; verdict: Job }
}

interface Job {
  strategy?: { matrix: { part: number[] } }
  env?: Record<string, string>
  steps: Step[]
}

interface Step {
  name?: string
  if?: string
  uses?: string
  with?: Record<string, string>
  run?: string
}

/** What became of a workflow: the end of each job. */
export interface Workflowed {
  parts: Result[]
  verdict: Result
}

/** How the example is played. */
export interface WorkflowOptions {
  /** In the place of what CONNREQ_OPTIONS has. */
  options: string
  /** Parts whose job does not come to its artifact. */
  lost?: readonly number[]
}

const workflow = () => documentsOf(exampleText('github-actions.yml'))[0] as Workflow

/** The parts that the matrix of the example has. */
export const gitHubParts = (): number[] => workflow().jobs.play.strategy?.matrix.part ?? []

/**
 * Plays the GitHub example step by step: each `run` by bash as a runner calls it, artifacts as folders. Other actions
 * are passed over.
 * @param directory is made
 * @throws Error at an expression that the example did not have
 */
export function playGitHub(directory: string, { options, lost = [] }: WorkflowOptions): Workflowed {
  const { env, jobs } = workflow()
  const matrix = gitHubParts()
  const artifacts = join(directory, 'artifacts')
  mkdirSync(artifacts, { recursive: true })
  const program = installProgram(directory)
  const inJob = (name: string, { env: own = {}, steps }: Job, expressions: Record<string, string>): Result => {
    const fill = (text: string) => filled(text, expressions)
    const workspace = join(directory, name)
    mkdirSync(workspace)
    const variables = Object.entries({ ...env, ...own }).map(([variable, value]) => [variable, fill(value)])
    const environment = {
      ...program,
      ...(Object.fromEntries(variables) as Record<string, string>),
      CONNREQ_OPTIONS: options,
      GITHUB_STEP_SUMMARY: join(workspace, 'summary.md'),
    }
    return playSteps(steps, { directory: workspace, environment }, { artifacts, fill })
  }
  const parts = matrix.map(part => {
    const expressions = { 'matrix.part': `${part}`, 'strategy.job-total': `${matrix.length}` }
    return lost.includes(part) ? { exitCode: 1, text: '' } : inJob(`part-${part}`, jobs.play, expressions)
  })
  return { parts, verdict: inJob('verdict', jobs.verdict, {}) }
}

const known: Record<string, string> = { "github.event_name == 'schedule' && '--include long' || ''": '' }

function filled(text: string, expressions: Record<string, string>): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = { ...known, ...expressions }[expression]
    if (value === undefined) throw new Error(`What is \${{ ${expression} }} here?`)
    return value
  })
}

interface Around {
  artifacts: string
  fill: (text: string) => string
}

/** A step that fails ends the job, but for the steps that are always played. */
function playSteps(steps: readonly Step[], place: Place, { artifacts, fill }: Around): Result {
  const job: Result = { exitCode: 0, text: '' }
  for (const step of steps) {
    if (job.exitCode !== 0 && step.if !== 'always()') continue
    if (step.run !== undefined) {
      const ended = execute('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', fill(step.run)], place)
      job.text += ended.text
      if (ended.exitCode !== 0) job.exitCode = ended.exitCode
    } else moveArtifact(step, place.directory, { artifacts, fill })
  }
  return job
}

/** A folder that is uploaded is the root of its artifact, and several are laid into one. */
function moveArtifact({ uses = '', with: given = {} }: Step, workspace: string, { artifacts, fill }: Around): void {
  const [path = ''] = fill(given['path'] ?? '').split('\n')
  const name = fill(given['name'] ?? '')
  if (uses.startsWith('actions/upload-artifact@'))
    cpSync(join(workspace, path), join(artifacts, name), { recursive: true })
  if (!uses.startsWith('actions/download-artifact@')) return
  const prefix = (given['pattern'] ?? '').replace(/\*$/, '')
  for (const artifact of readdirSync(artifacts).filter(each => each.startsWith(prefix)))
    cpSync(join(artifacts, artifact), join(workspace, path), { recursive: true })
}
