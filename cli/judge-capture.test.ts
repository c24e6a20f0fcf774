import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { CaptureUnreadable } from '../harness/capture/capture-unreadable.ts'
import { readCapture } from '../harness/capture/read-capture.ts'
import { isInstalled } from '../harness/stun-server/interop/programs.ts'
import type { Entry, EntryOf, EntryType } from '../harness/timeline/entry.ts'
import { entriesOf, timelineOf } from '../harness/timeline/timeline.ts'
import { capturedPackets } from '../reports/capture/captured-packets.ts'
import { interfaceBlock, packetBlock, sectionHeaderBlock } from '../reports/capture/pcapng.ts'
import { writeCapture } from '../reports/capture/write-capture.ts'
import { judgeRun } from '../suites/judge-run.ts'
import { isCapture, judgeCapture, type JudgeCaptureOptions } from './judge-capture.ts'
import { judgeTimeline } from './judge-timeline.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'
import { playRun, writeTimeline } from './testing/played-run.ts'
import { UsageProblem } from './usage-problem.ts'

const hasTshark = isInstalled('tshark', '/usr/bin/tshark')
const timeout = 60_000
const tool = { version: '0.0.0' }
const only = [
  'http-challenge',
  'http-request',
  'http-duplicates',
  'http-in-session',
  'xmpp-request',
  'xmpp-connect',
  'udp-request',
  'udp-rejected',
]
const faults = ['session-per-request', 'reply-body-html', 'xmpp-header-without-to', 'udp-equal-ts-accepted']

let directory = ''
let recorded: Entry[] = []
let own = ''
let plain = ''

beforeAll(async () => {
  directory = temporaryDirectory()
  recorded = (await playRun({ device: { faults }, only })).entries
  writeTimeline(directory, recorded)
  writeCapture(directory)
  own = join(directory, 'capture.pcapng')
  plain = join(directory, 'plain')
  writeFileSync(plain, withoutComments(recorded))
}, 60_000)

/** The packets of a run as anybody could have captured them: no comment, no program of ours. */
function withoutComments(entries: readonly Entry[], more: Buffer[] = []): Buffer {
  const [start] = entriesOf(timelineOf(entries), 'run-started')
  if (start === undefined) throw new Error('It is no run.')
  const packets = [...capturedPackets(entries, start)].map(packet => packetBlock({ ...packet, comments: [] }))
  return Buffer.concat([sectionHeaderBlock('any', []), interfaceBlock('any', ''), ...packets, ...more])
}

const verdictsOf = (entries: readonly Entry[]) =>
  new Map(
    judgeRun(entries).flatMap(({ id, repetition, metrics }) =>
      metrics.map(({ name, verdict }) => [`${id}.${repetition}.${name}`, verdict] as const),
    ),
  )

const countOf = (entries: readonly Entry[], type: EntryType) => entries.filter(entry => entry.type === type).length

/** What `connreq judge` prints and its exit code. */
async function judged(path: string, options: Partial<JudgeCaptureOptions> = {}) {
  vi.stubEnv('NO_COLOR', '1')
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const exitCode = await judgeCapture(path, { strict: false, ...options })
    return { exitCode, text: write.mock.calls.map(([text]) => text).join('') }
  } finally {
    write.mockRestore()
    vi.unstubAllEnvs()
  }
}

describe('the capture that a run wrote', () => {
  test.skipIf(!hasTshark)('is judged as the run was', { timeout }, async () => {
    const { entries } = await readCapture({ path: own, tool })
    const [ofRun, ofCapture] = [verdictsOf(recorded), verdictsOf(entries)]
    expect([...ofRun.values()].filter(verdict => verdict === 'fail').length).toBeGreaterThan(3)
    const others = [...ofRun].flatMap(([metric, verdict]) => {
      const shown = ofCapture.get(metric)
      return shown === verdict ? [] : [`${metric}: ${verdict} → ${shown}`]
    })
    expect(others).toEqual(notShown)
  })

  test.skipIf(!hasTshark)('shows without its comments nothing that the run did not see', { timeout }, async () => {
    const { entries } = await readCapture({ path: plain, tool })
    const [ofRun, ofCapture] = [verdictsOf(recorded), verdictsOf(entries)]
    const decided = [...ofCapture].filter(([, verdict]) => verdict === 'pass' || verdict === 'fail')
    expect(decided.length).toBeGreaterThan(20)
    expect(decided.filter(([, verdict]) => verdict === 'fail').length).toBeGreaterThan(0)
    const opposite = decided.filter(([metric, verdict]) => {
      const before = ofRun.get(metric)
      return before !== undefined && (before === 'pass' || before === 'fail') && before !== verdict
    })
    expect(opposite).toEqual([])
  })
})

/** In a run these do not apply where nothing was sent; of a capture nobody can tell that nothing was, so nobody asked. */
const notShown = [
  'invariants.1.iqAnswered: not-applicable → not-asked',
  'invariants.1.jabberId: not-applicable → not-asked',
]

describe('a capture of anybody', () => {
  test.skipIf(!hasTshark)('gives the entries that the run wrote', { timeout }, async () => {
    const { entries, remarks } = await readCapture({ path: plain, tool })
    expect(remarks).toEqual([])
    for (const type of shownWholly) expect([type, countOf(entries, type)]).toEqual([type, countOf(recorded, type)])
    const [start] = entriesOf(timelineOf(entries), 'run-started')
    expect(start?.captured).toEqual({
      file: 'plain',
      sha256: createHash('sha256').update(readFileSync(plain)).digest('hex'),
      packets: [...packetsIn(recorded)].length,
    })
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1))
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted((a, b) => a - b))
    expect(sessionsIn(entries)).toEqual(sessionsIn(recorded))
    expect(repliesIn(entries)).toEqual(repliesIn(recorded))
  })

  test.skipIf(!hasTshark)(
    'packed by gzip under any name is read, and the reports are written',
    { timeout },
    async () => {
      const packed = join(directory, 'packed.txt')
      writeFileSync(packed, gzipSync(readFileSync(plain)))
      const out = join(directory, 'out')
      const { exitCode, text } = await judged(packed, { out })
      expect(exitCode).toBe(1)
      expect(text).toContain('packed.txt: ')
      expect(judgeTimeline(join(out, 'timeline.jsonl')).record.requirements.length).toBeGreaterThan(0)
      expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<html')
    },
  )

  test.skipIf(!hasTshark)('of an address that called no ACS shows no session', { timeout }, async () => {
    const { entries } = await readCapture({ path: plain, tool, device: '192.0.2.99' })
    expect(countOf(entries, 'session-opened')).toBe(0)
    await expect(readCapture({ path: plain, tool, acs: { address: '192.0.2.1', port: 7547 } })).rejects.toThrow(
      'shows no Inform to 192.0.2.1:7547',
    )
  })
})

describe('what cannot be read', () => {
  test('is said in a sentence', async () => {
    await expect(readCapture({ path: plain, tool, program: 'tshark-that-is-not-there' })).rejects.toThrow(
      'apt install tshark',
    )
    const text = join(directory, 'text.pcapng')
    writeFileSync(text, 'no capture')
    expect(() => isCapture(text, { strict: false })).toThrow(UsageProblem)
    expect(() => isCapture(join(directory, 'timeline.jsonl'), { strict: false, device: '192.0.2.1' })).toThrow(
      'no capture',
    )
    expect(isCapture(join(directory, 'timeline.jsonl'), { strict: false })).toBe(false)
    await expect(judgeCapture(plain, { strict: false, device: 'cpe' })).rejects.toThrow('is no address')
    await expect(judgeCapture(plain, { strict: false, acs: 'acs' })).rejects.toThrow('no address and port')
  })

  test.skipIf(!hasTshark)('as a file that only begins like a capture', { timeout }, async () => {
    const begun = join(directory, 'begun')
    writeFileSync(begun, readFileSync(plain).subarray(0, 10))
    expect(isCapture(begun, { strict: false })).toBe(true)
    await expect(judgeCapture(begun, { strict: false })).rejects.toThrow(CaptureUnreadable)
    const pcap = join(directory, 'other')
    copyFileSync(plain, pcap)
    expect(isCapture(pcap, { strict: false })).toBe(true)
  })
})

const packetsIn = (entries: readonly Entry[]) => {
  const [start] = entriesOf(timelineOf(entries), 'run-started')
  return start === undefined ? [] : capturedPackets(entries, start)
}

/** Types of which a capture shows every one. */
const shownWholly: readonly EntryType[] = [
  'connection-accepted',
  'connection-closed',
  'device-authenticated',
  'device-rpc',
  'empty-post',
  'http-cr-answered',
  'http-cr-closed',
  'http-cr-connecting',
  'http-cr-sent',
  'http-cr-unanswered',
  'http-received',
  'http-sent',
  'inform-answered',
  'inform-repeated',
  'rpc-answered',
  'rpc-sent',
  'session-ended',
  'session-opened',
  'stun-received',
  'xmpp-bound',
  'xmpp-received',
  'xmpp-sent',
]

const rounded = (ms: number) => Math.round(ms * 100) / 100

/** The sessions with everything that is judged of them. */
const sessionsIn = (entries: readonly Entry[]) =>
  entriesOf(timelineOf(entries), 'session-opened').map(({ inform, attemptAt, attemptBasis, cwmp, problems }) => ({
    ...{ inform: JSON.parse(JSON.stringify(inform)) as unknown, attemptBasis, cwmp, problems },
    attemptAt: rounded(attemptAt),
  }))

const repliesIn = (entries: readonly Entry[]) =>
  entriesOf(timelineOf(entries), 'http-cr-answered').map((entry: EntryOf<'http-cr-answered'>) => {
    const { status, reason, headers, body, bodyEnd, problems, sentAt, firstByteAt, lastByteAt } = entry
    const times = [sentAt, firstByteAt, lastByteAt].map(rounded)
    return { status, reason, headers, body, bodyEnd, problems, times }
  })
