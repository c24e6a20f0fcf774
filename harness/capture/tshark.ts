import { spawn } from 'node:child_process'
import { CaptureUnreadable } from './capture-unreadable.ts'
import { createLineSplitter } from './line-splitter.ts'
import { commentField, decryptedField, type FurtherFields, packetFields, valueSeparator } from './packet.ts'

/** What to read, and what tshark is to look for in it. */
export interface TsharkOptions extends FurtherFields {
  path: string
  /** A TLS key log, by which encrypted connections can be read. */
  keyLog?: string
  /** Another program than the `tshark` of the path. */
  program?: string
}

/** How the reading ended. */
export interface TsharkEnd {
  /** Why reading stopped before the end of the file, in tshark's words. */
  broken?: string
  /** Lines that were longer than any packet makes them. */
  linesLeftOut: number
}

/** Enough of what tshark says to tell why it failed, in characters. */
const keptSayings = 16 * 1024
/** A datagram or segment has 64 kB at most, a comment as many characters. */
const longestLine = 2 * 1024 * 1024

/** What is asked for is how bytes came. What tshark would make of them costs more than all the rest. */
const notDissected = ['http', 'http2', 'xml', 'xmpp', 'json', 'stun', 'classicstun', 'mime_multipart']
/** No connection is tried for what may be spoken on it; not even TLS, without whose keys there is nothing to see. */
const asPlainBytes = ['-d', 'tcp.port==1-65535,data']
const preferences = [
  'ip.defragment:TRUE',
  'tcp.desegment_tcp_streams:TRUE',
  'tcp.reassemble_out_of_order:TRUE',
  'tcp.relative_sequence_numbers:TRUE',
  'tls.desegment_ssl_records:TRUE',
]

/**
 * Has tshark read a capture and hands over its lines one by one, each in latin1. No more is read while `onLine` works.
 * @throws CaptureUnreadable where tshark is missing, too old, or reads nothing at all of the file
 */
export async function readByTshark(options: TsharkOptions, onLine: (line: string) => void): Promise<TsharkEnd> {
  const { program = 'tshark', path } = options
  const child = spawn(program, argumentsFor(options), {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Whoever runs this may have other protocols, preferences and name resolution set up.
    env: { ...process.env, WIRESHARK_CONFIG_DIR: '/nonexistent', LC_ALL: 'C.UTF-8' },
  })
  let sayings = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    sayings = `${sayings}${text}`.slice(-keptSayings)
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  ended.catch(() => undefined)
  let lines = 0
  const splitter = createLineSplitter(longestLine, line => {
    lines++
    onLine(line)
  })
  try {
    for await (const piece of child.stdout) splitter.push(piece as Buffer)
    splitter.end()
    const exitCode = await ended
    const broken = exitCode === 0 ? undefined : complaintIn(sayings, exitCode)
    if (broken !== undefined && (lines === 0 || isOurs(broken))) throw unreadable(path, broken)
    return { linesLeftOut: splitter.leftOut, ...(broken === undefined ? {} : { broken }) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing(program)
    if ((error as NodeJS.ErrnoException).syscall?.startsWith('spawn'))
      throw new CaptureUnreadable(`${program} cannot be started: ${(error as Error).message}.`)
    throw error
  } finally {
    child.kill()
  }
}

function argumentsFor({ path, keyLog, decrypted, comments }: TsharkOptions): string[] {
  const fields = [...packetFields, ...(decrypted ? [decryptedField] : []), ...(comments ? [commentField] : [])]
  const set = keyLog === undefined ? preferences : [...preferences, `tls.keylog_file:${keyLog}`]
  return [
    '-n',
    ...['-r', path],
    ...set.flatMap(preference => ['-o', preference]),
    ...(decrypted ? [] : asPlainBytes),
    ...notDissected.flatMap(protocol => ['--disable-protocol', protocol]),
    ...['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', `aggregator=${valueSeparator}`],
    ...['-E', 'quote=n', '-E', 'header=n'],
    ...fields.flatMap(field => ['-e', field]),
  ]
}

/** What tshark said was wrong: its last line that is none of those it always says. */
function complaintIn(sayings: string, exitCode: number | null): string {
  const lines = sayings
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('Running as user '))
  const invalid = lines.findIndex(line => /aren't valid|unknown preference|invalid option/i.test(line))
  if (invalid >= 0) return lines.slice(invalid).join(' ')
  return lines.findLast(line => line.startsWith('tshark: '))?.replace(/^tshark: /, '') ?? `It ended with ${exitCode}.`
}

/** Complaints about what was asked, and not about the file. */
const isOurs = (complaint: string) => /aren't valid|unknown preference|invalid option/i.test(complaint)

const missing = (program: string) =>
  new CaptureUnreadable(
    `${program} is not there, and captures are read by it. Install it: apt install tshark (Debian, Ubuntu), dnf install wireshark-cli (Fedora), brew install wireshark (macOS).`,
  )

function unreadable(path: string, complaint: string): CaptureUnreadable {
  if (isOurs(complaint))
    return new CaptureUnreadable(`This tshark is too old, version 4.0 or later is needed. It says: ${complaint}`)
  return new CaptureUnreadable(`tshark cannot read ${path}. It says: ${complaint}`)
}
