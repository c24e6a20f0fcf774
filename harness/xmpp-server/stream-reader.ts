import type { StreamProblem } from './stream-error.ts'
import { Utf8Chunks } from './utf8-chunks.ts'
import {
  type ElementLimits,
  type OpenedRoot,
  createElementParser,
  createRootParser,
  isProblem,
} from './xml/element-parser.ts'
import type { XmlElement } from './xml/xml-element.ts'

/** What a stream consists of. `raw` is the text as it came, without white space around it. */
export type StreamItem =
  | { kind: 'header'; header: OpenedRoot; raw: string }
  | { kind: 'element'; element: XmlElement; raw: string }
  /** White space between elements that came by itself: a keep-alive. RFC 6120 4.6.1 */
  | { kind: 'whitespace'; raw: string }
  | { kind: 'end'; raw: string }
  /** Nothing can be read after it. */
  | { kind: 'problem'; problem: StreamProblem }

/** Takes the text up to the next `>`, or as much of it as has come. */
type ReadPiece = (piece: string) => StreamItem | undefined

/**
 * Takes the bytes of a stream as they arrive and gives its items one by one. A parser exists only while an element is
 * being read, so that an idle stream costs next to nothing.
 */
export class StreamReader {
  /** Longest element, in bytes. */
  elementBytes: number
  readonly #limits: ElementLimits
  readonly #utf8 = new Utf8Chunks()
  #text = ''
  #at = 0
  #broken = false
  #failed = false
  #header: Pick<OpenedRoot, 'tag' | 'scope'> | undefined
  #closed = false
  /** What is being read, as far as it has come: joined once only, when it is complete. */
  #pieces: string[] = []
  #pieceBytes = 0
  /** What takes the pieces; `undefined` until it is clear what begins here. */
  #read: ReadPiece | undefined

  constructor(limits: ElementLimits, elementBytes: number) {
    this.#limits = limits
    this.elementBytes = elementBytes
  }

  /** Adds bytes; then take all items with `next`. */
  push(bytes: Uint8Array): void {
    if (this.#failed) return
    const { text, broken } = this.#utf8.decode(bytes)
    this.#text = this.#at < this.#text.length ? this.#text.slice(this.#at) + text : text
    this.#at = 0
    this.#broken ||= broken
  }

  /** The next item, `undefined` where more bytes are needed. */
  next(): StreamItem | undefined {
    if (this.#failed) return undefined
    while (this.#at < this.#text.length) {
      const item = this.#pieces.length === 0 ? this.#betweenElements() : this.#readPiece()
      if (item !== undefined) return item
    }
    if (this.#closed) return this.#end('')
    this.#text = ''
    this.#at = 0
    return this.#broken ? this.#fail({ condition: 'not-well-formed', text: 'The bytes are not UTF-8.' }) : undefined
  }

  /** A new stream begins on the same connection, with what is not read yet. RFC 6120 4.3.3 */
  restart(): void {
    this.#header = undefined
  }

  /** Whether something other than white space is waiting to be read. */
  get hasUnread(): boolean {
    return this.#broken || /[^ \t\r\n]/.test(this.#text.slice(this.#at))
  }

  #betweenElements(): StreamItem | undefined {
    const from = this.#at
    while (isWhitespace(this.#text.charCodeAt(this.#at))) this.#at++
    if (this.#at > from && from === 0 && this.#header !== undefined)
      return { kind: 'whitespace', raw: this.#text.slice(from, this.#at) }
    if (this.#at === this.#text.length) return undefined
    if (this.#text[this.#at] !== '<')
      return this.#fail(
        this.#header === undefined
          ? { condition: 'not-well-formed', text: 'A stream begins with its header.' }
          : { condition: 'invalid-xml', text: 'There is text between the elements of the stream.' },
      )
    return this.#readPiece()
  }

  /** Reads up to the next `>`: at most one tag, hence at most one item. */
  #readPiece(): StreamItem | undefined {
    const end = this.#text.indexOf('>', this.#at)
    const piece = end < 0 ? this.#text.slice(this.#at) : this.#text.slice(this.#at, end + 1)
    this.#at += piece.length
    this.#pieces.push(piece)
    this.#pieceBytes += Buffer.byteLength(piece)
    if (this.#pieceBytes > this.elementBytes) return this.#fail(tooLong(this.elementBytes))
    // What begins with this character alone may yet be the end of the stream.
    if (this.#pieceBytes === 1) return undefined
    const next = this.#read === undefined ? this.#pieces.join('') : piece
    this.#read ??= this.#readerOf(next)
    const item = this.#read(next)
    if (item !== undefined && item.kind !== 'problem') this.#release()
    return item
  }

  #readerOf(begin: string): ReadPiece {
    const header = this.#header
    if (header !== undefined && begin.startsWith('</'))
      return piece => (piece.endsWith('>') ? this.#endTag(header.tag) : undefined)
    const parse =
      header === undefined ? createRootParser(this.#limits) : createElementParser(header.scope, this.#limits)
    return piece => this.#parsed(parse(piece))
  }

  #parsed(read: OpenedRoot | XmlElement | StreamProblem | undefined): StreamItem | undefined {
    if (read === undefined) return undefined
    if (isProblem(read)) return this.#fail(read)
    const raw = this.#pieces.join('')
    if ('children' in read) return { kind: 'element', element: read, raw }
    this.#header = { tag: read.tag, scope: read.scope }
    this.#closed = read.selfClosing
    return { kind: 'header', header: read, raw }
  }

  #endTag(expected: string): StreamItem {
    const raw = this.#pieces.join('')
    const begin = `</${expected}`
    const isEnd = raw.startsWith(begin) && /^[ \t\r\n]*>$/.test(raw.slice(begin.length))
    return isEnd ? this.#end(raw) : this.#fail({ condition: 'not-well-formed', text: 'An end tag ends nothing.' })
  }

  /** What comes after the end of the stream is not read. */
  #end(raw: string): StreamItem {
    this.#failed = true
    this.#release()
    return { kind: 'end', raw }
  }

  #fail(problem: StreamProblem): StreamItem {
    this.#failed = true
    this.#release()
    return { kind: 'problem', problem }
  }

  #release(): void {
    this.#pieces = []
    this.#pieceBytes = 0
    this.#read = undefined
    if (this.#failed) this.#text = ''
  }
}

const tooLong = (bytes: number): StreamProblem => ({
  condition: 'policy-violation',
  text: `An element is longer than ${bytes} bytes.`,
})

/** White space of XML. */
const isWhitespace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
