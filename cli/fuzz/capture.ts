import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptureUnreadable } from '../../harness/capture/capture-unreadable.ts'
import { createCaptureReader } from '../../harness/capture/capture-reader.ts'
import { createLineSplitter } from '../../harness/capture/line-splitter.ts'
import { type FurtherFields, readPacket } from '../../harness/capture/packet.ts'
import { readCapture } from '../../harness/capture/read-capture.ts'
import { readByTshark } from '../../harness/capture/tshark.ts'
import { mutated } from '../../harness/fuzzing/mutation.ts'
import type { Random } from '../../harness/fuzzing/random.ts'
import type { FuzzTarget } from '../../harness/fuzzing/target.ts'
import { openTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import { writeCapture } from '../../reports/capture/write-capture.ts'
import { judgeEntries } from '../judge-timeline.ts'
import { thisTool } from '../tool.ts'
import { UsageProblem } from '../usage-problem.ts'
import { recordedRun } from './recorded-run.ts'

const played = ['http-challenge', 'xmpp-request', 'udp-profile']
const skipped = 'tshark is not installed'

const lineTokens = [
  '\t',
  '\n',
  '\x1f',
  '.',
  ':',
  '0',
  '-1',
  'NaN',
  '1e999',
  'ff',
  'zz',
  '0x0014',
  '::1',
  '1.2.3.4',
] as const
const fileTokens = ['\0\0\0\0', '\xff\xff\xff\xff', '\n\r\r\n', '\x4d\x3c\x2b\x1a', '\x06\0\0\0', 'HTTP/1.1 '] as const

/** What tshark prints of a capture, damaged: made into drafts of entries. */
export const capturePackets: FuzzTarget = {
  name: 'capture-packets',
  inputs: 'outputs of tshark, judged',
  count: 100,
  open: async () => {
    if (!hasTshark()) return { skipped }
    const { directory, path } = await recordedCapture()
    const lines = await linesIn(path)
    rmSync(directory, { recursive: true })
    return {
      make: random => Buffer.from(damagedLines(lines, random).join('\n'), 'latin1'),
      feed(input) {
        const reader = createCaptureReader()
        const splitter = createLineSplitter(1024 * 1024, line => {
          const packet = readPacket(line, nothingFurther)
          if (packet !== undefined) reader.packet(packet)
        })
        splitter.push(input)
        splitter.end()
        reader.end()
        if (!Number.isFinite(reader.lastAt) || reader.lastAt < 0) throw new Error(`It ends at ${reader.lastAt} ms.`)
      },
      async [Symbol.asyncDispose]() {},
    }
  },
}

/** The same, read to the end as from tshark itself, and judged. */
export const captureLines: FuzzTarget = {
  name: 'capture-lines',
  inputs: 'outputs of tshark, judged',
  count: 25,
  longestMs: 3000,
  open: async () => {
    if (!hasTshark()) return { skipped }
    const { directory, path } = await recordedCapture()
    const lines = await linesIn(path)
    const printer = join(directory, 'tshark')
    const printed = join(directory, 'printed')
    // The path of the capture is its third argument.
    writeFileSync(printer, '#!/bin/sh\nexec cat "$3"\n')
    chmodSync(printer, 0o700)
    return {
      make: random => Buffer.from(damagedLines(lines, random).join('\n'), 'latin1'),
      async feed(input) {
        writeFileSync(printed, input)
        await readAndJudge(printed, printer)
      },
      async [Symbol.asyncDispose]() {
        rmSync(directory, { recursive: true })
      },
    }
  },
}

/** Captures as files, damaged, and read by tshark. */
export const captureFiles: FuzzTarget = {
  name: 'capture-files',
  inputs: 'capture files',
  count: 10,
  longestMs: 20_000,
  open: async () => {
    if (!hasTshark()) return { skipped }
    const { directory, path } = await recordedCapture()
    const sample = readFileSync(path)
    return {
      make: random => mutated(random, { samples: [sample], tokens: fileTokens }),
      async feed(input) {
        const damaged = join(directory, 'damaged.pcapng')
        writeFileSync(damaged, input)
        await readAndJudge(damaged)
      },
      async [Symbol.asyncDispose]() {
        rmSync(directory, { recursive: true })
      },
    }
  },
}

function hasTshark(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const nothingFurther: FurtherFields = { decrypted: false, comments: false }

async function linesIn(path: string): Promise<string[]> {
  const lines: string[] = []
  await readByTshark({ path, ...nothingFurther }, line => lines.push(line))
  return lines
}

async function recordedCapture(): Promise<{ directory: string; path: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-fuzz-'))
  const file = openTimelineFile(join(directory, timelineFileName))
  for (const entry of await recordedRun(played)) file.write(entry)
  file.close()
  const written = writeCapture(directory)
  if (written === undefined) throw new Error('No capture was written of the recorded run.')
  return { directory, path: written.path }
}

/** Judged, or refused in a sentence; times are numbers that do not go back. */
async function readAndJudge(path: string, program?: string): Promise<void> {
  try {
    const { entries } = await readCapture({ path, tool: thisTool(), ...(program === undefined ? {} : { program }) })
    if (entries[0]?.type !== 'run-started') throw new Error('The entries do not begin with run-started.')
    entries.forEach(({ at, seq }, index) => {
      if (!Number.isFinite(at) || at < 0 || seq <= (entries[index - 1]?.seq ?? 0))
        throw new Error(`Entry ${seq} is at ${at} ms, or out of order.`)
    })
    judgeEntries(path, entries)
  } catch (error) {
    if (!(error instanceof CaptureUnreadable) && !(error instanceof UsageProblem)) throw error
  }
}

/** Up to five lines that are another way, or not there. */
function damagedLines(lines: readonly string[], random: Random): string[] {
  const changed = [...lines]
  const times = random.below(6)
  for (let time = 0; time < times && changed.length > 0; time++) {
    const at = random.below(changed.length)
    const line = changed[at] ?? ''
    const how = random.below(6)
    if (how === 0) changed.splice(at, 1 + random.below(5))
    else if (how === 1) changed.splice(at, 0, changed[random.below(changed.length)] ?? '')
    else if (how === 2) changed[at] = withAnotherField(line, changed, random)
    else if (how === 3) changed.splice(at, 1, ...[changed[at + 1], line].filter(each => each !== undefined))
    else
      changed[at] = mutated(random, {
        samples: [Buffer.from(line, 'latin1')],
        tokens: lineTokens,
        faults: 3,
      }).toString('latin1')
  }
  return changed
}

function withAnotherField(line: string, lines: readonly string[], random: Random): string {
  const fields = line.split('\t')
  const at = random.below(fields.length)
  const other = (lines[random.below(lines.length)] ?? '').split('\t')[at]
  fields[at] = random.oneOf([other ?? '', '', random.oneOf(lineTokens), String(random.below(100_000))])
  return fields.join('\t')
}
