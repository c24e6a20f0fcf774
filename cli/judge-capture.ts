import { existsSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { basename, join } from 'node:path'
import { isCaptureFile } from '../harness/capture/capture-file.ts'
import { readCapture } from '../harness/capture/read-capture.ts'
import type { Endpoint, Entry } from '../harness/timeline/entry.ts'
import { openTimelineFile, timelineFileName } from '../harness/timeline/file.ts'
import { visibleText } from '../harness/timeline/visible-text.ts'
import { writeAllureResults } from '../reports/allure/write-allure-results.ts'
import { toolText } from '../reports/compare/circumstances.ts'
import { exitCodeOf } from '../reports/run-verdict.ts'
import { wantsColor } from '../reports/terminal/palette.ts'
import { terminalSummary } from '../reports/terminal/summary.ts'
import { writeReports } from '../reports/write-reports.ts'
import type { JudgeOptions } from './judge.ts'
import { type JudgedTimeline, judgeEntries } from './judge-timeline.ts'
import { makeRunDirectory } from './run/run-directory.ts'
import { thisTool } from './tool.ts'
import { UsageProblem } from './usage-problem.ts'

/** How `connreq judge` was called for a capture. */
export interface JudgeCaptureOptions extends JudgeOptions {
  /** An address of the device under test. */
  device?: string
  /** ADDRESS:PORT of its ACS. */
  acs?: string
  /** A TLS key log. */
  keylog?: string
}

/**
 * Whether the file is a capture, whatever its name.
 * @throws UsageProblem when it cannot be read, or options for captures are given with something else
 */
export function isCapture(path: string, { device, acs, keylog }: JudgeCaptureOptions): boolean {
  const found = existsSync(path) && statSync(path).isFile() && readable(path, () => isCaptureFile(path))
  if (found) return true
  if (device !== undefined || acs !== undefined || keylog !== undefined)
    throw new UsageProblem(`${path} is no capture; --device, --acs and --keylog say what to look for in one.`)
  if (existsSync(path) && /\.(pcapng|pcap|cap)(\.gz)?$/i.test(path))
    throw new UsageProblem(`${path} is named like a capture, but does not begin like one.`)
  return false
}

/**
 * `connreq judge CAPTURE`: judges what a capture between any ACS and any device happens to show.
 * @returns the exit code, as that of `run`
 * @throws UsageProblem
 * @throws CaptureUnreadable
 */
export async function judgeCapture(path: string, options: JudgeCaptureOptions): Promise<number> {
  const { out, strict, device, acs, keylog } = options
  if (device !== undefined && isIP(device) === 0)
    throw new UsageProblem(`--device ${device} is no address; name the device by its IP address in the capture.`)
  if (keylog !== undefined && !existsSync(keylog)) throw new UsageProblem(`${keylog} is not there; name a TLS key log.`)
  const { entries } = await readCapture({
    ...{ path, tool: thisTool() },
    ...(device === undefined ? {} : { device }),
    ...(acs === undefined ? {} : { acs: endpointIn(acs) }),
    ...(keylog === undefined ? {} : { keyLog: keylog }),
  })
  const judged = judgeEntries(path, entries)
  const reportPath = out === undefined ? undefined : writeInto(out, judged)
  const { columns, isTTY } = process.stdout
  const look = { color: wantsColor(process.env, isTTY), ...(columns ? { columns } : {}) }
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  say(terminalSummary(judged.record, { ...look, ...(reportPath === undefined ? {} : { reportPath }) }).trimEnd())
  say(`\n${factsOf(path, entries)}, judged by connreq ${toolText(thisTool())}.`)
  for (const entry of entries) if (entry.type === 'capture-remark') say(visibleText(entry.text))
  return exitCodeOf(judged.record, { strict })
}

/** "field.pcapng: 10597 packets in 2815.8 s" */
function factsOf(path: string, entries: readonly Entry[]): string {
  const [start] = entries
  const packets = start?.type === 'run-started' ? (start.captured?.packets ?? 0) : 0
  return visibleText(`${basename(path)}: ${packets} packets in ${((entries.at(-1)?.at ?? 0) / 1000).toFixed(1)} s`)
}

/** @throws UsageProblem */
function endpointIn(text: string): Endpoint {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const address = bracketed ?? plain ?? ''
  if (isIP(address) === 0 || Number(port) > 65_535)
    throw new UsageProblem(`--acs ${text} is no address and port, such as 192.0.2.10:7547 or [2001:db8::10]:7547.`)
  return { address, port: Number(port) }
}

/** The entries stand beside the reports, so that all can be built and judged again. */
function writeInto(out: string, { record, entries }: JudgedTimeline): string {
  const directory = makeRunDirectory({ device: record.device.name ?? '', startedAt: new Date(record.startedAt), out })
  try {
    const timeline = openTimelineFile(join(directory, timelineFileName))
    for (const entry of entries) timeline.write(entry)
    timeline.close()
    writeAllureResults(directory, record, entries)
    return writeReports(directory, record, entries).html
  } catch (error) {
    throw new UsageProblem(`The reports cannot be written into ${directory}: ${(error as Error).message}.`)
  }
}

function readable(path: string, look: () => boolean): boolean {
  try {
    return look()
  } catch (error) {
    throw new UsageProblem(`${path} cannot be read: ${(error as Error).message}.`)
  }
}
