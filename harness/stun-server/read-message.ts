import type { SyntaxProblem } from '../timeline/entry.ts'
import { attributeName, isUnknownMandatory } from './attribute-types.ts'
import { type FramedAttribute, type Framing, frameAttributes } from './attribute-framing.ts'
import { headerBytes } from './message-types.ts'
import type { StunLimits } from './stun-limits.ts'

/** A message as it was read, with views of the datagram's own bytes. */
export interface StunMessage {
  code: number
  /** The length field of the header. */
  length: number
  /** All 16 bytes. */
  transaction: Buffer
  attributes: FramedAttribute[]
  problems: SyntaxProblem[]
}

/**
 * Why a datagram is no STUN message, in words, or `undefined` when it is one. A STUN message begins with two zero bits,
 * and its types with a 0 or a 1; a Connection Request begins with a letter. G.2.1.4, RFC 3489 11.1
 */
export function whyNotStun(datagram: Buffer, { datagramBytes }: Pick<StunLimits, 'datagramBytes'>): string | undefined {
  if (datagram.length === 0) return 'it is empty'
  if (datagram.length > datagramBytes) return `it is longer than ${datagramBytes} bytes`
  if ((datagram[0] ?? 0) > 1) return 'its first byte is neither 0 nor 1'
  if (datagram.length < headerBytes) return `it is shorter than the ${headerBytes} bytes of a header`
  const length = datagram.readUInt16BE(2)
  if (length > datagramBytes) return `its length field says ${length}`
  return undefined
}

/** Reads what `whyNotStun` lets pass. Whatever is wrong becomes a problem, and reading goes on as well as it can. */
export function readStunMessage(datagram: Buffer, limits: Pick<StunLimits, 'attributes'>): StunMessage {
  const length = datagram.readUInt16BE(2)
  const { attributes, problems } = bestFraming(datagram, headerBytes + length, limits.attributes)
  return {
    code: datagram.readUInt16BE(0),
    length,
    transaction: datagram.subarray(4, headerBytes),
    attributes,
    problems: problems.length === 0 && attributes.length === 0 ? problems : [...problems, ...oddAttributes(attributes)],
  }
}

/** The first attribute of that type, which is the one that counts. RFC 3489 11.2 */
export const attributeOf = (message: Pick<StunMessage, 'attributes'>, code: number): FramedAttribute | undefined =>
  message.attributes.find(attribute => attribute.code === code)

/**
 * Attributes up to where the length field says the end is; if that is another place than the end of the datagram, up to
 * the latter where it then makes sense.
 */
function bestFraming(datagram: Buffer, end: number, most: number): Framing {
  if (end === datagram.length) return frameAttributes(datagram, end, most)
  const mismatch: SyntaxProblem = {
    code: 'length-mismatch',
    text: `The length field says ${end - headerBytes}, but ${datagram.length - headerBytes} bytes follow the header.`,
  }
  const whole = frameAttributes(datagram, datagram.length, most)
  if (end > datagram.length || whole.problems.every(({ code }) => code === 'attribute-length-unaligned'))
    return { attributes: whole.attributes, problems: [mismatch, ...whole.problems] }
  const inside = frameAttributes(datagram, end, most)
  const trailing: SyntaxProblem = {
    code: 'trailing-bytes',
    text: `${datagram.length - end} bytes follow the end of the message.`,
  }
  return { attributes: inside.attributes, problems: [mismatch, ...inside.problems, trailing] }
}

/** Attributes that came again, and such that would have to be known. */
function oddAttributes(attributes: readonly FramedAttribute[]): SyntaxProblem[] {
  const problems: SyntaxProblem[] = []
  const seen = new Set<number>()
  for (const { code } of attributes) {
    const shown = `0x${code.toString(16).padStart(4, '0')}`
    if (seen.has(code))
      problems.push({
        code: 'duplicate-attribute',
        text: `Attribute ${shown} (${attributeName(code)}) is there again; the first one counts.`,
      })
    else if (isUnknownMandatory(code))
      problems.push({
        code: 'unknown-mandatory-attribute',
        text: `Attribute ${shown} is none of RFC 3489 but in the range that a server must know; it is passed over.`,
      })
    seen.add(code)
  }
  return problems
}
