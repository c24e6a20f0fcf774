import { closeSync, openSync, writeSync } from 'node:fs'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import type { Endpoint } from '../../harness/timeline/wire-data.ts'
import { capturedPackets } from '../../reports/capture/captured-packets.ts'
import { interfaceBlock, packetBlock, sectionHeaderBlock } from '../../reports/capture/pcapng.ts'

/** Between one repetition and the next, in milliseconds of the capture. */
const pauseMs = 60_000
/** Of port numbers from one repetition to the next. */
const portStep = 7

/**
 * Writes a capture of at least that size: the traffic of a recorded run again and again, each time later and from other
 * ports. No packet has a comment, and no program of ours is named in it: it is read as anybody's.
 * @returns how many packets it has
 */
export function writeLongCapture(path: string, entries: readonly Entry[], bytes: number): number {
  const start = entries.find((entry): entry is EntryOf<'run-started'> => entry.type === 'run-started')
  if (start === undefined) throw new Error('The timeline is not that of a run.')
  const file = openSync(path, 'w')
  const length = (entries.at(-1)?.at ?? 0) - start.at + pauseMs
  let written = writeSync(file, Buffer.concat([sectionHeaderBlock('benchmark', []), interfaceBlock('any', 'made up')]))
  let packets = 0
  for (let round = 0; written < bytes; round++) {
    const blocks: Buffer[] = []
    for (const packet of capturedPackets(shifted(entries, round, length), start)) {
      blocks.push(packetBlock({ ...packet, comments: [] }))
      packets++
    }
    written += writeSync(file, Buffer.concat(blocks))
  }
  closeSync(file)
  return packets
}

/** The entries later, and from other ports of those who open connections. */
function* shifted(entries: readonly Entry[], round: number, length: number): Generator<Entry> {
  const moved = ({ address, port }: Endpoint): Endpoint => ({
    address,
    port: 1024 + ((port + round * portStep) % 64_000),
  })
  for (const entry of entries) {
    const later: Entry = { ...entry, at: entry.at + round * length }
    if (
      later.type === 'connection-accepted' ||
      later.type === 'xmpp-connection-accepted' ||
      later.type === 'http-cr-sent'
    )
      later.from = moved(later.from)
    if (later.type === 'http-cr-answered') {
      later.lastByteAt += round * length
      later.firstByteAt += round * length
    }
    yield later
  }
}
