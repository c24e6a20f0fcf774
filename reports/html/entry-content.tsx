import type { ComponentChildren } from 'preact'
import type { Body, Entry, HeaderList, InformContent } from '../../harness/timeline/entry.ts'
import type { StunMessageRecord } from '../../harness/timeline/udp-entry.ts'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { DeviceText } from './text.tsx'

const longestContent = 6000
const mostRows = 200

/**
 * What an entry holds besides its line: the message as it was on the wire, or the parts of an Inform.
 * @param about text that says what a finding is about; what it names is marked
 * @returns undefined where the line says all
 */
export function entryContent(entry: Entry, about: string): ComponentChildren | undefined {
  switch (entry.type) {
    case 'session-opened':
    case 'inform-repeated':
      return <Inform inform={entry.inform} about={about} />
    case 'http-cr-sent':
    case 'udp-cr-sent':
    case 'xmpp-cr-sent':
    case 'xmpp-cr-answered':
    case 'xmpp-received':
    case 'xmpp-sent':
    case 'xmpp-stray-stanza':
    case 'http-refused':
    case 'datagram-received':
      return <Message body={entry.raw} />
    case 'http-cr-answered':
      return (
        <Message
          head={`HTTP/${entry.httpVersion} ${entry.status} ${entry.reason}`}
          headers={entry.headers}
          body={entry.body}
        />
      )
    case 'http-received':
      return (
        <Message
          head={`${entry.method} ${entry.target} HTTP/${entry.httpVersion}`}
          headers={entry.headers}
          body={entry.body}
        />
      )
    case 'http-sent':
      return <Message head={`HTTP/1.1 ${entry.status}`} headers={entry.headers} body={entry.body} />
    case 'http-cr-unanswered':
      return entry.received && entry.received.length > 0 ? <Message body={entry.received} /> : undefined
    case 'stun-received':
    case 'stun-sent':
      return <StunMessage message={entry.message} />
    case 'rpc-sent':
      return dataContent(entry.arguments)
    case 'rpc-answered':
      return dataContent(entry.fault ?? entry.result)
    case 'mark':
      return dataContent(entry.data)
    default:
      return undefined
  }
}

/** Whether a text speaks of a parameter or event by its name, or by the last part of it. */
export function isNamed(name: string, about: string): boolean {
  const last = name.split('.').findLast(part => part !== '') ?? ''
  return name !== '' && (about.includes(name) || (last.length > 5 && about.includes(last)))
}

/** Whether anything in the entry's content is what the text speaks of. */
export const speaksOf = (entry: Entry, about: string): boolean =>
  (entry.type === 'session-opened' || entry.type === 'inform-repeated') &&
  [...entry.inform.events.map(({ eventCode }) => eventCode), ...entry.inform.parameters.map(({ name }) => name)].some(
    name => isNamed(name, about),
  )

function Inform({ inform, about }: { inform: InformContent; about: string }) {
  const { deviceId, events, parameters } = inform
  const id = [deviceId.manufacturer, deviceId.oui, deviceId.productClass, deviceId.serialNumber]
  const parts: [string, string | undefined][] = [
    ['DeviceId', id.map(part => part ?? '(missing)').join(', ')],
    ['MaxEnvelopes', inform.maxEnvelopes],
    ['CurrentTime', inform.currentTime],
    ['RetryCount', inform.retryCount],
  ]
  return (
    <>
      <Table
        name="Event"
        columns={['EventCode', 'CommandKey']}
        rows={events.map(event => [event.eventCode, event.commandKeyMissing ? '(missing)' : `"${event.commandKey}"`])}
        about={about}
      />
      <Table
        name="ParameterList"
        columns={['Parameter', 'Value', 'Type']}
        rows={parameters.map(({ name, value, type = '' }) => [name, value, type])}
        about={about}
      />
      <Table
        name="Other arguments"
        columns={['Argument', 'Value']}
        rows={parts.map(([name, value]) => [name, value ?? '(missing)'])}
        about=""
      />
    </>
  )
}

const StunMessage = ({ message }: { message: StunMessageRecord }) => (
  <Table
    name={`${message.name}, transaction ${message.transaction}`}
    columns={['Attribute', 'Length', 'Value']}
    rows={message.attributes.map(({ name, code, length, hex, text, address, error }) => [
      name === 'unknown' ? `0x${code.toString(16).padStart(4, '0')}` : name,
      String(length),
      text ?? (address ? `${address.address} port ${address.port}` : (error?.toString() ?? hex)),
    ])}
    about=""
  />
)

interface TableProps {
  name: string
  columns: string[]
  rows: string[][]
  about: string
}

/** The first column names what the row is about; a row that a finding speaks of is marked. */
function Table({ name, columns, rows, about }: TableProps) {
  if (rows.length === 0) return <p class="quiet">{visibleText(name)}: empty</p>
  return (
    <table class="content">
      <caption>{visibleText(name)}</caption>
      <thead>
        <tr>
          {columns.map(column => (
            <th scope="col">{column}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, mostRows).map(([head = '', ...cells]) => (
          <tr {...(isNamed(head, about) ? { class: 'meant' } : {})}>
            <th scope="row">
              <DeviceText>{head}</DeviceText>
            </th>
            {cells.map(cell => (
              <td>
                <DeviceText>{cell}</DeviceText>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** An HTTP message or a stanza as it was on the wire, each header and line of text on a line of its own. */
function Message({ head, headers = [], body }: { head?: string; headers?: HeaderList; body: Body }) {
  const lines = [
    ...(head === undefined ? [] : [head, ...headers.map(([name, value]) => `${name}: ${value}`)]),
    ...(head !== undefined && body.length > 0 ? [''] : []),
    ...bodyLines(body),
  ]
  return <pre class="data">{shownLines(lines)}</pre>
}

function bodyLines({ text, base64, length, cut = 0 }: Body): string[] {
  if (length === 0) return []
  const rest = cut > 0 ? [`(${cut} more bytes)`] : []
  if (text !== undefined) return [...text.split(/\r?\n/), ...rest]
  return [`(${length} bytes that are no text, in base64)`, base64 ?? '', ...rest]
}

const shownLines = (lines: readonly string[]) =>
  shortenedText(lines.map(visibleText).join('\n').trimEnd(), longestContent)

function dataContent(data: unknown): ComponentChildren | undefined {
  if (data === undefined || data === null) return undefined
  const text = JSON.stringify(data, null, 1)
  return text.length < 3 ? undefined : <pre class="data">{shownLines(text.split('\n'))}</pre>
}
