import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { timelineFileName } from '../harness/timeline/file.ts'
import { writeCapture } from '../reports/capture/write-capture.ts'
import { UsageProblem } from './usage-problem.ts'

/**
 * `connreq report --capture`: writes the messages of a run as packets for Wireshark, and says where.
 * @throws UsageProblem where there is no timeline of a run, or the capture cannot be written
 */
export function capture(directory: string): void {
  const path = join(directory, timelineFileName)
  if (!existsSync(path)) throw new UsageProblem(`${path} is not there; name the directory of a run.`)
  const written = captureInto(directory)
  if (written === undefined) throw new UsageProblem(`${path} holds no run: its beginning is missing.`)
  process.stdout.write(`${written.path}: ${written.packets} packets\n`)
}

function captureInto(directory: string) {
  try {
    return writeCapture(directory)
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new UsageProblem(`The capture cannot be written into ${directory}: ${error.message}.`)
  }
}
