import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { documentsOf, exampleText, execute, installProgram, type Result } from './example.ts'

/** As much of a Job as the example has. */
export interface IndexedJob {
  kind: string
  metadata: { name: string }
  spec: {
    completions?: number
    parallelism?: number
    template: { spec: { containers: Container[] } }
  }
}

interface Container {
  args: string[]
  env: { name: string; value: string }[]
}

/** The Jobs of a manifest by their names, of the example unless told. */
export function kubernetesJobs(text = exampleText('kubernetes-job.yaml')): Map<string, IndexedJob> {
  const documents = documentsOf(text) as IndexedJob[]
  return new Map(documents.filter(({ kind }) => kind === 'Job').map(job => [job.metadata.name, job]))
}

/**
 * Executes what the containers of the Kubernetes example would: once for each index, then the verdict.
 * @param directory is made, and is the volume
 */
export function playKubernetes(directory: string, options: string): { parts: Result[]; verdict: Result } {
  mkdirSync(directory)
  const jobs = kubernetesJobs()
  const program = installProgram(directory)
  const container = (name: string) => jobs.get(name)?.spec.template.spec.containers[0] ?? { args: [], env: [] }
  const start = ({ args, env }: Container, more: readonly string[], injected: Record<string, string>) => {
    const own = { ...Object.fromEntries(env.map(({ name, value }) => [name, value])), ...injected }
    const filled = args.map(arg =>
      arg
        .replace(/\$\((\w+)\)/g, (whole, name: string) => own[name] ?? whole)
        .replace('/connreq/runs', join(directory, 'runs')),
    )
    return execute('connreq', [...filled, ...more], { directory, environment: { ...program, ...own } })
  }
  const indexes = Array.from({ length: jobs.get('connreq-play')?.spec.completions ?? 0 }, (_, index) => index)
  const more = options.split(' ').filter(Boolean)
  const parts = indexes.map(index => start(container('connreq-play'), more, { JOB_COMPLETION_INDEX: `${index}` }))
  return { parts, verdict: start(container('connreq-verdict'), [], {}) }
}
