import type { SyntaxProblem } from '../timeline/entry.ts'
import { headerBytes } from './message-types.ts'

const attributeHeaderBytes = 4

/** An attribute where it stands in the datagram. */
export interface FramedAttribute {
  code: number
  /** Its length field; `value` is shorter where the datagram ends before. */
  length: number
  value: Buffer
  /** Where it begins in the datagram. */
  offset: number
}

export interface Framing {
  attributes: FramedAttribute[]
  problems: SyntaxProblem[]
}

/**
 * Takes the attributes apart, from the header to `end`, at most so many. RFC 3489 knows no padding, but asks for values
 * in multiples of 4 bytes; RFC 5389 fills up behind them. Where a length is no such multiple, that reading is taken
 * which makes sense of the rest, and the one of RFC 5389 when both or neither do.
 */
export function frameAttributes(datagram: Buffer, end: number, most: number): Framing {
  const padded = frame(datagram, end, most, 4)
  if (!padded.attributes.some(({ length }) => length % 4 !== 0) || isClean(padded)) return padded
  const unpadded = frame(datagram, end, most, 1)
  return isClean(unpadded) ? unpadded : padded
}

const isClean = ({ problems }: Framing) => problems.every(({ code }) => code === 'attribute-length-unaligned')

function frame(datagram: Buffer, end: number, most: number, alignment: 1 | 4): Framing {
  const attributes: FramedAttribute[] = []
  const problems: SyntaxProblem[] = []
  let offset = headerBytes
  while (offset < end) {
    if (end - offset < attributeHeaderBytes) {
      problems.push({ code: 'trailing-bytes', text: `${end - offset} bytes follow the last attribute.` })
      break
    }
    if (attributes.length === most) {
      problems.push({ code: 'too-many-attributes', text: `Only the first ${most} attributes are read.` })
      break
    }
    const code = datagram.readUInt16BE(offset)
    const length = datagram.readUInt16BE(offset + 2)
    const from = offset + attributeHeaderBytes
    const available = Math.min(length, Math.max(0, end - from))
    attributes.push({ code, length, value: datagram.subarray(from, from + available), offset })
    const next = from + Math.ceil(length / alignment) * alignment
    if (length % 4 !== 0) problems.push(unaligned(code, length, alignment))
    if (next > end) problems.push(beyondEnd(code, length, next - end))
    offset = next
  }
  return { attributes, problems }
}

const shown = (code: number) => `0x${code.toString(16).padStart(4, '0')}`

const unaligned = (code: number, length: number, alignment: 1 | 4): SyntaxProblem => ({
  code: 'attribute-length-unaligned',
  text: `The length ${length} of attribute ${shown(code)} is no multiple of 4, ${alignment === 4 ? 'with' : 'without'} padding behind the value.`,
})

const beyondEnd = (code: number, length: number, missing: number): SyntaxProblem => ({
  code: 'attribute-beyond-end',
  text: `Attribute ${shown(code)} of ${length} bytes ends ${missing} bytes behind the end of the message.`,
})
