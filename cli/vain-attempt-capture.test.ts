import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCapture } from '../harness/capture/read-capture.ts'
import { isInstalled } from '../harness/stun-server/interop/programs.ts'
import { entriesOf, timelineOf } from '../harness/timeline/timeline.ts'
import { capturedPackets } from '../reports/capture/captured-packets.ts'
import { interfaceBlock, packetBlock, sectionHeaderBlock } from '../reports/capture/pcapng.ts'
import { tcpFlags, tcpPacket } from '../reports/capture/tcp-packet.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'
import { playRun } from './testing/played-run.ts'

const hasTshark = isInstalled('tshark', '/usr/bin/tshark')

test.skipIf(!hasTshark)(
  'an attempt of the device that the ACS does not take is on the timeline',
  async () => {
    const entries = (await playRun({ only: ['http-challenge'] })).entries
    const [start] = entriesOf(timelineOf(entries), 'run-started')
    const [first] = entriesOf(timelineOf(entries), 'connection-accepted')
    if (!start || !first) throw new Error('The run has no beginning.')
    const packets = [...capturedPackets(entries, start)].map(packet => ({ ...packet, comments: [] }))
    const end = packets.at(-1)?.timeNs ?? 0n
    const way = { from: { ...first.from, port: 50_001 }, to: first.to }
    const back = { from: way.to, to: way.from }
    const { syn, rst, ack } = tcpFlags
    const unanswered = tcpPacket({ ...way, from: { ...first.from, port: 50_002 } }, segmentOf(syn))
    const bytes = [tcpPacket(way, segmentOf(syn)), tcpPacket(back, segmentOf(rst + ack)), unanswered]
    const later = bytes.map((each, index) => ({
      timeNs: end + BigInt(index + 1) * 1_000_000_000n,
      bytes: each,
      comments: [],
    }))
    const path = join(temporaryDirectory(), 'capture.pcapng')
    const blocks = [
      sectionHeaderBlock('a test', []),
      interfaceBlock('lo', ''),
      ...[...packets, ...later].map(packetBlock),
    ]
    writeFileSync(path, Buffer.concat(blocks))

    const read = timelineOf((await readCapture({ path, tool: { version: '0.0.0' } })).entries)
    expect(
      entriesOf(read, 'connection-accepted')
        .slice(-2)
        .map(({ from }) => from.port),
    ).toEqual([50_001, 50_002])
    expect(entriesOf(read, 'connection-closed').slice(-2)).toMatchObject([
      { by: 'acs', error: 'The ACS refused the connection.' },
      { by: 'acs', error: 'The ACS did not answer.' },
    ])
  },
  30_000,
)

const segmentOf = (flags: number) => ({ sequence: 1, acknowledgement: (flags & tcpFlags.ack) === 0 ? 0 : 2, flags })
