import { type Document, DOMParser } from '@xmldom/xmldom'
import { XmlDocument } from 'libxml2-wasm'
import { MalformedEnvelope } from './malformed-envelope.ts'

/** Longest envelope that is read, in bytes. */
export const longestEnvelope = 4 * 1024 * 1024

/**
 * Reads an XML document strictly. libxml2 judges well-formedness, because xmldom accepts bare ampersands and
 * control characters; document types are refused before any parser sees them, so that no entity is expanded.
 * @throws MalformedEnvelope, and nothing else
 */
export function readXml(bytes: Uint8Array): Document {
  if (bytes.length > longestEnvelope)
    throw new MalformedEnvelope(`The message has ${bytes.length} bytes; at most ${longestEnvelope} are read.`)
  const withoutBom = hasByteOrderMark(bytes) ? bytes.subarray(3) : bytes
  const text = decode(withoutBom)
  if (hasDocumentType(text))
    throw new MalformedEnvelope('The message has a document type declaration, which SOAP 1.1 does not allow.')
  checkWellFormed(withoutBom)
  return parse(text)
}

function checkWellFormed(bytes: Uint8Array): void {
  try {
    XmlDocument.fromBuffer(bytes).dispose()
  } catch (error) {
    throw new MalformedEnvelope(`The message is not well-formed XML: ${oneLine((error as Error).message)}.`)
  }
}

function parse(text: string): Document {
  try {
    const parser = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new MalformedEnvelope(message)
      },
    })
    return parser.parseFromString(text, 'text/xml')
  } catch (error) {
    throw new MalformedEnvelope(`The message is not well-formed XML: ${oneLine((error as Error).message)}.`)
  }
}

function decode(bytes: Uint8Array): string {
  const declared = declaredEncoding(bytes)
  try {
    const ignoreBOM = !declared.startsWith('utf-16')
    return new TextDecoder(declared, { fatal: true, ignoreBOM }).decode(bytes)
  } catch {
    throw new MalformedEnvelope(`The message is not in ${declared}, the encoding it should be in.`)
  }
}

/** The encoding of the byte order mark, else of the XML declaration; UTF-8 where there is neither. */
function declaredEncoding(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  return /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(start)?.[1] ?? 'utf-8'
}

const hasByteOrderMark = (bytes: Uint8Array) => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf

/** Walks over the white space, comments and processing instructions before the root element. */
function hasDocumentType(text: string): boolean {
  let at = 0
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at++
    const end = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : undefined
    if (end === undefined) return text.startsWith('<!', at)
    const found = text.indexOf(end, at + 2)
    if (found < 0) return false
    at = found + end.length
  }
}

const oneLine = (message: string) => message.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, 300)
