import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
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

test('reports built again take the place of the old ones', () => {
  const directory = temporaryDirectory()
  writeReports(directory, { ...record, sentence: 'old' }, evidence.entries)
  const paths = writeReports(directory, record, evidence.entries)
  expect(readFileSync(paths.junit, 'utf8')).toContain('NOT CONFORMANT')
})

test('a directory that is not there is an error', () => {
  expect(() => writeReports(join(temporaryDirectory(), 'none'), record, evidence.entries)).toThrow('ENOENT')
})
