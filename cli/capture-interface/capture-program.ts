import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What to capture. */
export interface CaptureTask {
  interface: string
  filter: string
  /** It ends when its file has so many bytes. */
  largest: number
}

/** A program that captures packets, writes them to its standard output and speaks on its error output. */
export interface CaptureProgram {
  name: 'dumpcap' | 'tcpdump'
  fileExtension: '.pcapng' | '.pcap'
  arguments(task: CaptureTask): string[]
  /** Matches as soon as packets are being taken in. */
  capturing: RegExp
  packets: RegExp
  lost: RegExp
}

const programs: readonly CaptureProgram[] = [
  {
    name: 'dumpcap',
    fileExtension: '.pcapng',
    arguments: ({ interface: name, filter, largest }) => [
      ...['-i', name, '-f', filter, '-p', '-B', '16'],
      ...['-a', `filesize:${Math.max(1, Math.floor(largest / 1000))}`, '-w', '-'],
    ],
    // "Capturing on" is said before the interface is opened, "File" after it.
    capturing: /^File: /m,
    packets: /^Packets captured: (\d+)/m,
    lost: /^Packets received\/dropped on interface .*: \d+\/(\d+) /m,
  },
  {
    name: 'tcpdump',
    fileExtension: '.pcap',
    // Without its immediate mode the last second would be lost.
    arguments: ({ interface: name, filter }) => [
      '-i',
      name,
      '-p',
      '-n',
      '-U',
      '--immediate-mode',
      '-B',
      '16384',
      '-w',
      '-',
      '--',
      filter,
    ],
    capturing: /listening on /,
    packets: /^(\d+) packets? captured/m,
    lost: /^(\d+) packets? dropped by kernel/m,
  },
]

/** A program that is there, and where. */
export interface FoundProgram {
  program: CaptureProgram
  path: string
}

/** The first of dumpcap and tcpdump that is in one of the folders. */
export function findCaptureProgram(folders = usualFolders()): FoundProgram | undefined {
  for (const program of programs) {
    const path = folders.map(folder => join(folder, program.name)).find(isExecutable)
    if (path !== undefined) return { program, path }
  }
  return undefined
}

/** Both are often outside the path of those who are not root. */
const usualFolders = () => [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
