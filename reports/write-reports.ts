import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../harness/timeline/entry.ts'
import { resultsCsv } from './csv.ts'
import { renderReport } from './html/render-report.tsx'
import { junitXml } from './junit.ts'
import type { RunRecord } from './run-record.ts'

export interface ReportPaths {
  run: string
  html: string
  junit: string
  csv: string
}

/**
 * Writes run.json, report.html, junit.xml and results.csv into a run directory that exists. Each file appears
 * whole or not at all.
 * @throws Error of node:fs when the directory is not there or cannot be written
 */
export function writeReports(runDirectory: string, record: RunRecord, entries: readonly Entry[]): ReportPaths {
  const write = (name: string, content: string) => writeWhole(join(runDirectory, name), content)
  return {
    run: write('run.json', `${JSON.stringify(record, null, 2)}\n`),
    html: write('report.html', renderReport(record, entries)),
    junit: write('junit.xml', junitXml(record)),
    csv: write('results.csv', resultsCsv(record)),
  }
}

/** Writes beside the place and moves there, so that a reader never sees half a file. Returns the path. */
function writeWhole(path: string, content: string): string {
  const unfinished = `${path}.unfinished`
  writeFileSync(unfinished, content)
  renameSync(unfinished, path)
  return path
}
