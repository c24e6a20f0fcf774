import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { buildRunRecord } from './build-run-record.ts'
import { sampleEvidence } from './sample-run.ts'
import { writeReports } from './write-reports.ts'

const evidence = sampleEvidence()
const record = buildRunRecord(evidence)

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-reports-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

test('the four files are there, and nothing unfinished', () => {
  const directory = temporaryDirectory()
  const paths = writeReports(directory, record, evidence.entries)
  expect(readdirSync(directory).sort()).toEqual(['junit.xml', 'report.html', 'results.csv', 'run.json'])
  expect(JSON.parse(readFileSync(paths.run, 'utf8'))).toEqual(JSON.parse(JSON.stringify(record)))
  expect(readFileSync(paths.html, 'utf8')).toMatch(/^<!doctype html>/)
})

test('the report names the sum of the timeline that lies beside it, or of the one that was judged', () => {
  const directory = temporaryDirectory()
  const elsewhere = join(temporaryDirectory(), 'evidence.jsonl')
  writeFileSync(join(directory, 'timeline.jsonl'), 'abc')
  writeFileSync(elsewhere, '')
  const sums = [undefined, elsewhere, join(directory, 'none')].map(
    timeline =>
      /[0-9a-f]{64}/.exec(readFileSync(writeReports(directory, record, evidence.entries, timeline).html, 'utf8'))?.[0],
  )
  expect(sums).toEqual([
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    undefined,
  ])
})

test('reports built again take the place of the old ones', () => {
  const directory = temporaryDirectory()
  writeReports(directory, { ...record, sentence: 'old' }, evidence.entries)
  const paths = writeReports(directory, record, evidence.entries)
  expect(readFileSync(paths.junit, 'utf8')).toContain('NOT CONFORMANT')
})

test('a directory that is not there is an error', () => {
  expect(() => writeReports(join(temporaryDirectory(), 'none'), record, evidence.entries)).toThrow('ENOENT')
})
