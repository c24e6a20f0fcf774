import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from '../harness/timeline/entry.ts'
import { timelineFileName } from '../harness/timeline/file.ts'
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
 * @param timeline the file that holds the entries, when it is not that of the directory
 * @throws Error of node:fs when the directory is not there or cannot be written
 */
export function writeReports(
  runDirectory: string,
  record: RunRecord,
  entries: readonly Entry[],
  timeline = join(runDirectory, timelineFileName),
): ReportPaths {
  const write = (name: string, content: string) => writeWhole(join(runDirectory, name), content)
  return {
    run: write('run.json', `${JSON.stringify(record, null, 2)}\n`),
    html: write('report.html', renderReport(record, entries, { timelineSha256: sha256Of(timeline) })),
    junit: write('junit.xml', junitXml(record)),
    csv: write('results.csv', resultsCsv(record)),
  }
}

/** In hexadecimal digits, as `sha256sum` prints it; nothing where there is no such file. */
const sha256Of = (path: string) =>
  existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : undefined

/** Writes beside the place and moves there, so that a reader never sees half a file. Returns the path. */
function writeWhole(path: string, content: string): string {
  const unfinished = `${path}.unfinished`
  try {
    writeFileSync(unfinished, content)
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
  return path
}
