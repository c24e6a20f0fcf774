import { visibleText } from '../harness/timeline/visible-text.ts'
import type { Endpoint, EntryOf } from '../harness/timeline/entry.ts'

export interface CurlCommand {
  /** One line for a POSIX shell, in visible ASCII. Credentials are placeholders. */
  command: string
  /** What the request had and the command has not, each as the end of "without ...". */
  without: string[]
}

type RequestEntry = Pick<EntryOf<'http-cr-sent'>, 'method' | 'target' | 'headers' | 'raw' | 'credentials' | 'to'>

/** The Connection Request of an entry as a `curl` command, see `curlArguments`. */
export function curlCommand(request: RequestEntry): CurlCommand {
  const { parameters, without } = curlArguments(request)
  return { command: ['curl', ...parameters.map(quoted)].join(' '), without }
}

/**
 * What `curl` must be called with to send that request to that address. curl asks for the challenge by itself, so one
 * command stands for both legs. What the device chose (its URL) is data: it can neither be an option nor a second URL.
 */
export function curlArguments(request: RequestEntry): { parameters: string[]; without: string[] } {
  const { method, headers, raw, credentials, to } = request
  const { url, parameters: ofUrl } = place(request)
  const sent = headers.filter(([name, value]) => !isCurlsOwn(name, value, to))
  const writable = sent.filter(header => header.every(isPlain))
  const body = bodyOf(raw.text)
  const parameters = [
    '--verbose',
    ...authentication[credentials],
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['--head'] : ['--request', method]),
    ...writable.flatMap(([name, value]) => ['--header', value === '' ? `${name};` : `${name}: ${value}`]),
    ...(body === '' || !isPlain(body) ? [] : bodyParameters(body, method, sent)),
    ...ofUrl,
    url,
  ]
  const without = [
    ...sent.filter(header => !writable.includes(header)).map(([name]) => `its header ${visibleText(name)}`),
    ...(isPlain(body) ? [] : ['its body']),
  ]
  return { parameters, without }
}

const authentication: Record<RequestEntry['credentials'], string[]> = {
  none: [],
  digest: ['--digest', '--user', 'USER:PASSWORD'],
  basic: ['--basic', '--user', 'USER:PASSWORD'],
}

function place({ target, to }: RequestEntry): { url: string; parameters: string[] } {
  const host = to.address.includes(':') ? `[${to.address}]` : to.address
  const isPath = target.startsWith('/') && isPlain(target) && !/[\s#]/.test(target)
  const path = isPath ? target : percentEncoded(target.startsWith('/') ? target : `/${target}`)
  return {
    url: `http://${host}:${to.port}${path}`,
    parameters: [
      // Brackets and braces would be ranges to curl, and dots would be taken out of the path.
      ...(/[[\]{}]/.test(host + path) ? ['--globoff'] : []),
      ...(/\/\.{1,2}(\/|$|\?)/.test(path) ? ['--path-as-is'] : []),
      ...(!isPath && isPlain(target) && !/\s/.test(target) && target !== '' ? ['--request-target', target] : []),
    ],
  }
}

/** What curl sends as it is, or cannot be told here. */
function isCurlsOwn(name: string, value: string, { address, port }: Endpoint): boolean {
  const host = address.includes(':') ? `[${address}]` : address
  switch (name.toLowerCase()) {
    case 'host':
      return value === `${host}:${port}` || (port === 80 && value === host)
    case 'authorization':
    case 'content-length':
      return true
    default:
      return false
  }
}

function bodyParameters(body: string, method: string, headers: RequestEntry['headers']): string[] {
  return [
    // Else curl would make a POST of it, and give it a type.
    ...(method === 'GET' ? ['--request', 'GET'] : []),
    ...(headers.some(([name]) => /^content-type$/i.test(name)) ? [] : ['--header', 'Content-Type:']),
    '--data-raw',
    body,
  ]
}

function bodyOf(raw = ''): string {
  const end = raw.indexOf('\r\n\r\n')
  return end < 0 ? '' : raw.slice(end + 4)
}

/** Visible ASCII and spaces: what stands in a line as it is. */
const isPlain = (text: string) => /^[ -~]*$/.test(text)

const percentEncoded = (text: string) =>
  [...Buffer.from(text)]
    .map(byte =>
      byte > 0x20 && byte < 0x7f && byte !== 0x23
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0')}`,
    )
    .join('')

/** A word for a POSIX shell: as it is where nothing in it means anything there, else in single quotes. */
const quoted = (text: string) => (/^--[a-z-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
