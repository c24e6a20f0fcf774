import { closeSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { timelineFileName } from '../../harness/timeline/file.ts'
import { capturedPackets } from './captured-packets.ts'
import { interfaceBlock, packetBlock, sectionHeaderBlock } from './pcapng.ts'
import { timelineEntries } from './timeline-entries.ts'

/** Inside a run directory. */
export const captureFileName = 'capture.pcapng'

const writtenAtOnce = 256 * 1024

/** A capture that was written. */
export interface WrittenCapture {
  path: string
  packets: number
}

/**
 * Writes the timeline of a run as packets, which Wireshark reads, into `capture.pcapng` of its directory, in the place
 * of one that is there; the file appears whole or not at all. Takes the same memory for a run of any length.
 * @returns `undefined`, and nothing is written, when the timeline does not begin with that of a run
 * @throws NodeJS.ErrnoException when the timeline cannot be read or the directory not be written
 */
export function writeCapture(runDirectory: string): WrittenCapture | undefined {
  const timeline = join(runDirectory, timelineFileName)
  const start = startOf(timelineEntries(timeline))
  if (start === undefined) return undefined
  const path = join(runDirectory, captureFileName)
  const unfinished = `${path}.unfinished`
  // As secret as the timeline itself.
  const file = openSync(unfinished, 'w', 0o600)
  let packets = 0
  try {
    let blocks = headBlocks(start)
    let length = 0
    for (const packet of capturedPackets(timelineEntries(timeline), start)) {
      const block = packetBlock(packet)
      blocks.push(block)
      packets++
      length += block.length
      if (length < writtenAtOnce) continue
      writeWhole(file, Buffer.concat(blocks))
      blocks = []
      length = 0
    }
    writeWhole(file, Buffer.concat(blocks))
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
  return { path, packets }
}

function startOf(entries: Iterable<Entry>): EntryOf<'run-started'> | undefined {
  for (const entry of entries) return entry.type === 'run-started' ? entry : undefined
  return undefined
}

function headBlocks({ tool, clock, wallTime }: EntryOf<'run-started'>): Buffer[] {
  const time = clock === 'virtual' ? ', in virtual time' : ''
  const comments = [
    `Made from the timeline of the run that began at ${wallTime}${time}; no packet was captured.`,
    'Messages are whole and in clear where they were encrypted. The numbers of TCP, the division into segments and the acknowledgements are made up.',
  ]
  return [
    sectionHeaderBlock(`connreq ${tool.version}`, comments),
    interfaceBlock('timeline', 'messages on the timeline of a run'),
  ]
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
}
