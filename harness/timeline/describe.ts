import type { Body, Endpoint, Entry, EntryOf, EntryType, EventStruct, SyntaxProblem } from './entry.ts'
import { udpDescribers } from './describe-udp.ts'
import { xmppDescribers } from './describe-xmpp.ts'
import { shortenedText, visibleText } from './visible-text.ts'

/** Who acted: a message or a close of the device, one of ours towards it, or nothing on a wire. */
export type Direction = 'from-device' | 'to-device' | 'none'

/**
 * One readable line for an entry, without its number and time. Never throws, whatever a peer sent or an older
 * or newer timeline holds; control characters are shown as escapes.
 */
export function describe(entry: Entry): string {
  try {
    const describer = describers[entry.type] as ((entry: Entry) => string) | undefined
    return visibleText(describer ? describer(entry) : unknownEntry(entry))
  } catch {
    return visibleText(unknownEntry(entry))
  }
}

/** Which way the entry's message went. */
export function directionOf(entry: Entry): Direction {
  switch (entry.type) {
    case 'connection-accepted':
    case 'http-received':
    case 'http-refused':
    case 'session-opened':
    case 'inform-repeated':
    case 'empty-post':
    case 'rpc-answered':
    case 'device-rpc':
    case 'http-cr-answered':
    case 'xmpp-connection-accepted':
    case 'xmpp-stream-opened':
    case 'xmpp-received':
    case 'xmpp-cr-answered':
    case 'xmpp-stray-stanza':
    case 'stun-received':
    case 'datagram-received':
      return 'from-device'
    case 'http-sent':
    case 'inform-answered':
    case 'rpc-sent':
    case 'http-cr-connecting':
    case 'http-cr-sent':
    case 'xmpp-sent':
    case 'xmpp-cr-sent':
    case 'stun-sent':
    case 'udp-cr-sent':
      return 'to-device'
    case 'xmpp-connection-closed':
    case 'xmpp-stream-error':
      return entry.by === 'peer' ? 'from-device' : 'to-device'
    case 'connection-closed':
    case 'http-cr-closed':
      return entry.by === 'device' ? 'from-device' : 'to-device'
    default:
      return 'none'
  }
}

const describers: { [T in EntryType]: (entry: EntryOf<T>) => string } = {
  ...xmppDescribers,
  ...udpDescribers,

  'run-started': e =>
    `Run started at ${e.wallTime}: connreq ${e.tool.version}, Node ${e.node}, ${e.platform}, ${e.clock} time${e.shard ? `, part ${e.shard.index} of ${e.shard.total}` : ''}`,
  baseline: e =>
    `Compared with ${e.run.path}, started ${e.run.startedAt}: ${e.broken.length} ${e.broken.length === 1 ? 'failure' : 'failures'} there`,
  'acs-listening': e => `ACS listens on ${endpoint(e.listen)}${e.tls ? ' with TLS' : ''}, reached as ${e.url}`,
  'waiting-for-device': e => `Waiting for ${e.what}, at most ${seconds(e.timeoutMs)}`,
  probed: () => 'Probe finished',
  planned: e =>
    e.applies
      ? `Planned: ${e.scenario}, ${seconds(e.windowsMs)} of windows`
      : `Not applicable: ${e.scenario}${because(e.reason)}${e.wouldApplyIf === undefined ? '' : ` It would apply if ${e.wouldApplyIf}`}`,
  provisioned: e =>
    `Provisioned, status ${e.status}: ${e.parameters.map(parameter => `${parameter.name} = ${parameter.value}`).join(', ')}`,
  restored: e =>
    `Restored ${e.parameters.length} parameters${e.notRestored.length > 0 ? `; not restored: ${e.notRestored.map(({ name, reason }) => `${name} (${reason})`).join(', ')}` : ''}`,
  'capture-remark': e => `Capture: ${e.text}`,
  'run-ended': e => `Run ended: ${e.how}${because(e.reason)}`,

  'scenario-begun': e => `Scenario ${e.scenario} begins${e.repetition > 1 ? `, repetition ${e.repetition}` : ''}`,
  'scenario-ended': e => `Scenario ${e.scenario} ended: ${e.how}${because(e.reason)}`,
  'step-begun': e => `Step: ${e.text}`,
  'step-ended': e => `Step done: ${e.text}`,
  'watch-begun': e => `Watching ${seconds(e.ms)} for ${e.for}`,
  'watch-ended': e => `Watched for ${e.for}: ${watchEnds[e.how] ?? e.how}`,
  mark: e => `Mark ${e.name}${e.data === undefined ? '' : ` ${json(e.data)}`}`,
  'limit-used': e => `Limit ${e.name}: ${seconds(e.ms)}, ${e.source} (${e.why})`,
  'wait-timed-out': e => `Waited ${seconds(e.ms)} for ${e.what}: it did not come`,
  'harness-error': e => `Error of the harness${e.scenario === undefined ? '' : ` in ${e.scenario}`}: ${e.message}`,
  'loop-delay': e => `Own event loop delayed by up to ${milliseconds(e.maxMs)} (p99 ${milliseconds(e.p99Ms)})`,
  suspended: e => `${whatPaused[e.how] ?? e.how} for ${seconds(e.ms)}, from ${seconds(e.from)} of the run`,
  'clock-set': e =>
    `The wall clock was set ${e.byMs < 0 ? 'back' : 'forward'} by ${seconds(Math.abs(e.byMs))}; no time is measured by it`,
  control: e =>
    e.how === 'ask' && e.sentence !== undefined
      ? `A person is asked for ${e.action}: ${e.sentence}`
      : e.how === 'command-begun'
        ? `Control ${e.action} begins: ${e.command ?? ''}`
        : `Control ${e.action} by ${e.how === 'person' ? 'a person' : e.how}${e.exitCode === undefined ? '' : `, exit code ${e.exitCode}`}${e.problem === undefined ? '' : `: ${e.problem}`}`,

  'connection-accepted': e => `TCP connection ${e.connection} from ${endpoint(e.from)}${e.tls ? ', TLS' : ''}`,
  'connection-closed': e =>
    `TCP connection ${e.connection} closed by ${e.by === 'acs' ? 'the ACS' : 'the device'}${because(e.error)}, ${e.bytesRead} bytes read, ${e.bytesWritten} written`,
  'http-received': e =>
    `${e.method} ${e.target} HTTP/${e.httpVersion}, ${size(e.body)}${e.coding === undefined ? '' : ` by ${e.coding.name} from ${e.coding.bytes}`}, connection ${e.connection}${e.pipelined ? ', pipelined' : ''}${problems(e.problems)}`,
  'http-refused': e => `HTTP request on connection ${e.connection} refused: ${e.reason}; ${excerpt(e.raw)}`,
  'http-sent': e => `HTTP ${e.status}, ${size(e.body)}, connection ${e.connection}${because(e.because)}`,
  'session-opened': e =>
    `Session ${e.session}: Inform with ${events(e.inform.events)}${e.insideSession === undefined ? '' : `, inside session ${e.insideSession}`}${e.ofDeviceUnderTest ? '' : ', of another device'}${problems(e.problems)}`,
  'inform-repeated': e =>
    `Session ${e.session}: Inform again (${e.why}) with ${events(e.inform.events)}${e.inform.retryCount === undefined ? '' : `, RetryCount ${e.inform.retryCount}`}`,
  'device-authenticated': e =>
    `Session ${e.session}: device ${e.authentication.ok ? 'authenticated' : 'not authenticated'} by ${e.authentication.scheme}${because(e.authentication.problem)}`,
  'inform-answered': e => `Session ${e.session}: InformResponse`,
  'empty-post': e => `Session ${e.session}: empty POST`,
  'rpc-sent': e => `Session ${e.session}: ${e.method}${e.summary === '' ? '' : `: ${e.summary}`}`,
  'rpc-answered': e =>
    `Session ${e.session}: ${e.fault ? `fault ${e.fault.code} (${e.fault.text}) to ${e.method}` : `answer to ${e.method}`}${problems(e.problems)}`,
  'device-rpc': e =>
    `Session ${e.session}: ${e.known ? '' : 'unknown '}RPC ${e.method} from the device${e.holdRequests ? ', HoldRequests' : ''}`,
  'session-ended': e => `Session ${e.session} ended: ${e.how}${because(e.reason)}`,

  'http-cr-connecting': e => `Connection Request ${e.request}: connecting to ${endpoint(e.to)}`,
  'http-cr-sent': e =>
    `Connection Request ${e.request} (${e.label}): ${e.method} ${e.target}, credentials ${e.credentials}, ${e.socket} socket`,
  'http-cr-answered': e =>
    `Connection Request ${e.request} answered: ${e.status} ${e.reason}, ${size(e.body)}, after ${milliseconds(e.firstByteAt - e.sentAt)}${problems(e.problems)}`,
  'http-cr-unanswered': e => `Connection Request ${e.request} not answered: ${e.reason}, ${e.detail}`,
  'http-cr-closed': e =>
    `Connection Request socket ${e.connection} closed by ${e.by === 'device' ? 'the device' : 'the harness'}`,
}

/** Who ran nothing, or nothing else, for a while. */
export const whatPaused: Record<EntryOf<'suspended'>['how'], string> = {
  machine: 'The machine was suspended',
  process: 'The process that plays the suite was stopped',
  busy: 'The harness itself was busy',
}

const watchEnds: Record<string, string> = {
  over: 'the window is over, it was not seen',
  seen: 'seen',
  interrupted: 'interrupted',
}

const longestUnknown = 200

function unknownEntry(entry: unknown): string {
  if (entry === null || typeof entry !== 'object') return shortenedText(json(entry), longestUnknown)
  const { type, seq: _seq, at: _at, ...rest } = entry as Record<string, unknown>
  return shortenedText(`${typeof type === 'string' ? type : 'entry'} ${json(rest)}`, longestUnknown)
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return '(not writable as JSON)'
  }
}

const because = (reason: string | undefined) => (reason === undefined || reason === '' ? '' : ` (${reason})`)
const endpoint = ({ address, port }: Endpoint) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
const seconds = (ms: number) => `${Math.round(ms) / 1000} s`
const milliseconds = (ms: number) => `${Math.round(ms * 10) / 10} ms`
const size = (body: Body) => (body.length === 1 ? '1 byte' : `${body.length} bytes`)
const excerpt = (body: Body) => `${size(body)}${body.text === undefined ? '' : `: ${shortenedText(body.text, 60)}`}`
const events = (list: EventStruct[]) => list.map(event => event.eventCode).join(', ') || 'no event'
const problems = (list: SyntaxProblem[]) =>
  list.length === 0 ? '' : `; syntax: ${list.map(problem => problem.code).join(', ')}`
