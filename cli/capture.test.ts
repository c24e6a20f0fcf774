import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { isInstalled } from '../harness/stun-server/interop/programs.ts'
import type { Entry, EntryType } from '../harness/timeline/entry.ts'
import { readTimelineFile, timelineFileName } from '../harness/timeline/file.ts'
import { captureFileName } from '../reports/capture/write-capture.ts'
import { ensureBuilt } from './testing/built.ts'
import { connreq, temporaryDirectory } from './testing/connreq-process.ts'

beforeAll(ensureBuilt, 60_000)

const timeout = 30_000
const tsharkPath = '/usr/bin/tshark'
const checksumIsGood = '1'
const fields = [
  '_ws.malformed',
  'tcp.analysis.flags',
  'ip.checksum.status',
  'tcp.checksum.status',
  'udp.checksum.status',
  'http.request',
  'http.response',
  'classicstun',
  'udp',
  'xmpp',
  'xmpp.stream_end',
] as const
type Field = (typeof fields)[number]

test('says what is missing', { timeout }, async () => {
  const directory = temporaryDirectory()
  expect(await connreq(directory, ['report', '.', '--capture'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'timeline.jsonl is not there; name the directory of a run.\n',
  })
  writeFileSync(join(directory, timelineFileName), '')
  expect(await connreq(directory, ['report', '.', '--capture'])).toMatchObject({
    exitCode: 2,
    stderr: 'timeline.jsonl holds no run: its beginning is missing.\n',
  })
  expect(existsSync(join(directory, captureFileName))).toBe(false)
})

test.skipIf(!isInstalled('tshark', tsharkPath))('tshark reads what a run sent and received', { timeout }, async () => {
  const directory = temporaryDirectory()
  const scenarios = ['http-challenge', 'xmpp-request', 'udp-request']
  await connreq(directory, ['run', '--only', ...scenarios, '--out', 'run', '--reporter', 'terminal'])
  const said = await connreq(directory, ['report', 'run', '--capture'])
  expect(said).toMatchObject({ exitCode: 0, stderr: '' })
  const { entries } = readTimelineFile(join(directory, 'run', timelineFileName))
  const tshark = createTshark(join(directory, 'run', captureFileName), entries)
  const count = (...types: EntryType[]) => entries.filter(({ type }) => types.includes(type)).length

  const packets = tshark.packets()
  const having = (field: Field) => packets.filter(packet => packet[field] !== '')
  expect(said.stdout).toBe(`run/capture.pcapng: ${packets.length} packets\n`)
  // A closing stream tag alone in its packet is called malformed by tshark in every capture of XMPP.
  expect(having('_ws.malformed').filter(packet => packet['xmpp.stream_end'] === '')).toEqual([])
  expect(having('tcp.analysis.flags')).toEqual([])
  for (const field of ['ip.checksum.status', 'tcp.checksum.status', 'udp.checksum.status'] as const)
    expect(new Set(having(field).map(packet => packet[field]))).toEqual(new Set([checksumIsGood]))
  expect(having('http.request')).toHaveLength(count('http-received', 'http-cr-sent'))
  expect(having('http.response')).toHaveLength(count('http-sent', 'http-cr-answered'))
  expect(having('classicstun')).toHaveLength(count('stun-received', 'stun-sent'))
  expect(having('udp')).toHaveLength(count('stun-received', 'stun-sent', 'udp-cr-sent', 'datagram-received'))
  expect(having('xmpp')).toHaveLength(count('xmpp-received', 'xmpp-sent'))
  expect(count('stun-received', 'udp-cr-sent', 'xmpp-sent', 'http-cr-answered')).toBeGreaterThan(20)
  expect(tshark.bodies(join(directory, 'bodies'))).toEqual(bodiesOf(entries))
})

function createTshark(file: string, entries: readonly Entry[]) {
  const checked = ['ip', 'tcp', 'udp'].flatMap(protocol => ['-o', `${protocol}.check_checksum:TRUE`])
  // Any port may be one that tshark takes for that of something else.
  const asIs = ['tcp', 'udp'].flatMap(protocol => ['-o', `${protocol}.try_heuristic_first:TRUE`])
  const spoken = entries.flatMap(entry => {
    if (entry.type === 'xmpp-listening') return [`tcp.port==${entry.listen.port},xmpp`]
    if (entry.type === 'acs-listening') return [`tcp.port==${entry.listen.port},http`]
    return entry.type === 'http-cr-connecting' ? [`tcp.port==${entry.to.port},http`] : []
  })
  const decoded = [...new Set(spoken)].flatMap(rule => ['-d', rule])
  const tshark = (...args: string[]) =>
    execFileSync(tsharkPath, ['-n', '-r', file, ...checked, ...asIs, ...decoded, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  return {
    /** What tshark says of each packet; a field that it has not is empty. */
    packets: () =>
      tshark('-T', 'fields', ...fields.flatMap(field => ['-e', field]))
        .split('\n')
        .filter(line => line !== '')
        .map(line => {
          const values = line.split('\t')
          return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? ''])) as Record<Field, string>
        }),
    /** The bodies of HTTP messages as tshark saves them, sorted. */
    bodies(directory: string) {
      tshark('-q', '--export-objects', `http,${directory}`)
      return readdirSync(directory)
        .map(name => readFileSync(join(directory, name), 'utf8'))
        .toSorted()
    },
  }
}

const bodiesOf = (entries: readonly Entry[]) =>
  entries
    .flatMap(entry =>
      entry.type === 'http-received' || entry.type === 'http-sent' || entry.type === 'http-cr-answered'
        ? [entry.body.text ?? '']
        : [],
    )
    .filter(text => text !== '')
    .toSorted()
