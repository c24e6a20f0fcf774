import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { visibleText } from '../harness/timeline/visible-text.ts'
import { sampleMerge, sampleShard } from '../reports/merge/sample-shards.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { merge, type MergeOptions } from './merge.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'
import { UsageProblem } from './usage-problem.ts'

/** A directory with run directories of these records. */
function directoryWith(runs: Record<string, RunRecord>): string {
  const directory = temporaryDirectory()
  for (const [name, record] of Object.entries(runs)) {
    mkdirSync(join(directory, name))
    writeFileSync(join(directory, name, 'run.json'), JSON.stringify(record))
  }
  return directory
}

function sampleDirectories(): { directory: string; paths: string[] } {
  const names = ['a1', 'a2', 'b']
  const directory = directoryWith(
    Object.fromEntries(sampleMerge().map(({ record }, index) => [names[index] ?? '', record])),
  )
  return { directory, paths: names.map(name => join(directory, name)) }
}

/** What `connreq merge` prints and its exit code. */
async function merged(paths: readonly string[], options: Partial<MergeOptions> = {}) {
  vi.stubEnv('NO_COLOR', '1')
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const exitCode = await merge(paths, { format: 'text', strict: false, ...options })
    return { exitCode, text: write.mock.calls.map(([text]) => text).join('') }
  } finally {
    write.mockRestore()
    vi.unstubAllEnvs()
  }
}

test('it prints the matrix and writes nothing unless it is told where', async () => {
  const { directory, paths } = sampleDirectories()
  const { exitCode, text } = await merged(paths)
  expect(exitCode).toBe(1)
  expect(text).toMatch(/^NOT CONFORMANT: 2 of 2 devices broke a requirement/)
  expect(text).toMatch(/^ {2}CR-GEN-08 +broken +broken +/m)
  expect(readdirSync(directory).toSorted()).toEqual(['a1', 'a2', 'b'])
})

test('it writes the data, the table and a page that leads to the reports there are', async () => {
  const { directory, paths } = sampleDirectories()
  writeFileSync(join(directory, 'b', 'report.html'), '')
  const out = join(directory, 'new', 'merge: 1')
  const { text } = await merged(paths, { out })
  expect(text).toContain(`Report: ${join(out, 'report.html')}`)
  expect(readdirSync(out).toSorted()).toEqual(['matrix.csv', 'merged.json', 'report.html'])
  expect(JSON.parse(readFileSync(join(out, 'merged.json'), 'utf8'))).toMatchObject({
    schema: 'connreq/merge/1',
    verdict: 'error',
    devices: [{ runs: [{ path: paths[0] }, { path: paths[1] }] }, { runs: [{ path: paths[2] }] }],
  })
  const page = readFileSync(join(out, 'report.html'), 'utf8')
  const links = [...page.matchAll(/href="([^#"][^"]*)"/g)].map(([, target]) => target!.replace(/#.*/, ''))
  expect(new Set(links)).toEqual(new Set(['../../b/report.html']))
  expect(existsSync(new URL(links[0]!, `file://${out.replaceAll(' ', '%20')}/report.html`))).toBe(true)
})

test('a folder gives the runs in it, as deep as artifacts are laid down, and no other', async () => {
  const { directory, paths } = sampleDirectories()
  const downloads = join(directory, 'downloads')
  for (const [index, path] of paths.entries()) {
    const artifact = join(downloads, `artifact-${index}`, 'runs')
    mkdirSync(artifact, { recursive: true })
    renameSync(path, join(artifact, 'run'))
  }
  mkdirSync(join(downloads, 'empty'))
  writeFileSync(join(downloads, 'run.json.txt'), '')
  const { text } = await merged([downloads], { format: 'json' })
  const { devices } = JSON.parse(text) as { devices: { runs: { path: string }[] }[] }
  const found = devices.flatMap(({ runs }) => runs.map(({ path }) => path))
  expect(found).toEqual([0, 1, 2].map(index => join(downloads, `artifact-${index}`, 'runs', 'run')))
  const named = await merged([downloads, ...found], { format: 'json' })
  expect(named.text).toBe(text)
})

test('parts of different divisions are refused, and nothing is written', async () => {
  const part = (index: number, total: number) =>
    sampleShard('', { record: { shard: { index, total, division: `of ${total}` } } }).record
  const directory = directoryWith({ a: part(1, 2), b: part(2, 3) })
  const out = join(directory, 'out')
  await expect(merged([directory], { out })).rejects.toThrow(
    `${join(directory, 'a')} is part 1 of 2 and ${join(directory, 'b')} is part 2 of 3, which are parts of different`,
  )
  expect(existsSync(out)).toBe(false)
})

test('no name of a directory can be taken for a scheme', async () => {
  const name = 'javascript:alert(1)'
  const directory = directoryWith({ [name]: sampleShard('').record })
  writeFileSync(join(directory, name, 'report.html'), '')
  const out = directory
  const problem = await merged([join(directory, name)], { out }).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(UsageProblem)
  expect((problem as UsageProblem).message).toContain('is there already')
  await merged([join(directory, name)], { out: join(directory, 'out') })
  expect(readFileSync(join(directory, 'out', 'report.html'), 'utf8')).toContain(
    'href="../javascript%3Aalert(1)/report.html"',
  )
})

test('as JSON, in which nothing can steer a terminal', async () => {
  const hostile = '\u009b2J\u202e\u{e0001}é'
  const directory = directoryWith({ a: sampleShard('', { device: { name: hostile } }).record })
  const { exitCode, text } = await merged([join(directory, 'a')], { format: 'json' })
  expect(exitCode).toBe(1)
  expect(text).toMatch(/^[\n\x20-\x7e]*$/)
  expect(JSON.parse(text)).toMatchObject({ schema: 'connreq/merge/1', devices: [{ device: { name: hostile } }] })
})

test('exit code 3 for what is undecided, and 1 when strict', async () => {
  const undecided = sampleShard('', {
    only: ['http-single'],
    outcomes: { 'http-single.status': { verdict: 'inconclusive', reason: 'no answer' } },
  })
  const directory = directoryWith({ a: undecided.record })
  const path = join(directory, 'a')
  expect((await merged([path])).exitCode).toBe(3)
  expect((await merged([path], { strict: true })).exitCode).toBe(1)
})

test.each([
  ['nowhere', 'nowhere is not there'],
  ['empty', 'empty has neither run.json nor timeline.jsonl'],
  ['file', 'file is no directory'],
  ['torn', 'run.json cannot be read: '],
  ['other', 'run.json is no run.json of this version'],
  ['huge', 'too large to be merged'],
])('%s is refused in a sentence, and nothing is written', async (name, sentence) => {
  const directory = directoryWith({ good: sampleShard('').record })
  for (const made of ['empty', 'torn', 'other', 'huge']) mkdirSync(join(directory, made))
  writeFileSync(join(directory, 'file'), '')
  writeFileSync(join(directory, 'torn', 'run.json'), '{ "\x1b[2J')
  writeFileSync(join(directory, 'other', 'run.json'), '{ "schema": "connreq/run/1" }')
  writeFileSync(join(directory, 'huge', 'run.json'), '')
  truncateSync(join(directory, 'huge', 'run.json'), 300 * 1024 * 1024)
  const out = join(directory, 'out')
  const problem = await merged([join(directory, 'good'), join(directory, name)], { out }).catch(
    (error: unknown) => error,
  )
  expect(problem).toBeInstanceOf(UsageProblem)
  const { message } = problem as UsageProblem
  expect(message).toContain(sentence)
  expect(visibleText(message)).toBe(message)
  expect(existsSync(out)).toBe(false)
})

test('more than a hundred runs are refused before any is read', async () => {
  const many = Array.from({ length: 101 }, (_, index) => `nowhere-${index}`)
  await expect(merged(many)).rejects.toThrow('These are 101 runs; merge at most 100 at once.')
})
