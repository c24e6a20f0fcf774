import type { Body, SyntaxProblem } from '../timeline/entry.ts'
import type { StunAttribute, StunMessageRecord } from '../timeline/udp-entry.ts'
import { readAddress, xorAddress } from './address-attribute.ts'
import type { FramedAttribute } from './attribute-framing.ts'
import { attributeName, attributeTypes } from './attribute-types.ts'
import { readErrorCode } from './error-code.ts'
import { magicCookie, messageName } from './message-types.ts'
import type { StunMessage } from './read-message.ts'
import type { StunLimits } from './stun-limits.ts'
import { withoutPadding } from './username.ts'

const addresses = new Set<number>([
  attributeTypes.mappedAddress,
  attributeTypes.responseAddress,
  attributeTypes.sourceAddress,
  attributeTypes.changedAddress,
  attributeTypes.reflectedFrom,
])
const xorAddresses = new Set<number>([attributeTypes.xorMappedAddress, attributeTypes.earlyXorMappedAddress])
const texts = new Set<number>([
  attributeTypes.realm,
  attributeTypes.nonce,
  attributeTypes.software,
  attributeTypes.connectionRequestBinding,
])
/** Who has these can try passwords on them without asking anybody. */
const secrets = new Set<number>([attributeTypes.messageIntegrity, attributeTypes.password])

/** A message as it stands on the timeline, and what can only now be seen to be wrong with it. */
export function recordOf(
  message: StunMessage,
  limits: Pick<StunLimits, 'attributeKeptBytes'>,
): { record: StunMessageRecord; problems: SyntaxProblem[] } {
  const attributes = message.attributes.map(attribute => attributeRecord(attribute, message.transaction, limits))
  const broken = attributes.filter(isBroken)
  return {
    record: {
      code: message.code,
      name: messageName(message.code),
      transaction: message.transaction.toString('hex'),
      magicCookie: message.transaction.readUInt32BE(0) === magicCookie,
      attributes,
    },
    problems: [...message.problems, ...broken.map(valueProblem)],
  }
}

/** The bytes of a message, in base64 since it is no text, with zeros in the place of an HMAC or a password. */
export function rawOf(datagram: Buffer, { attributes }: Pick<StunMessage, 'attributes'>): Body {
  const secret = attributes.filter(({ code, value }) => secrets.has(code) && value.length > 0)
  const blanked = secret.length === 0 ? datagram : Buffer.from(datagram)
  for (const { offset, value } of secret) blanked.fill(0, offset + 4, offset + 4 + value.length)
  return { base64: blanked.toString('base64'), length: datagram.length }
}

function attributeRecord(
  { code, length, value }: FramedAttribute,
  transaction: Buffer,
  { attributeKeptBytes }: Pick<StunLimits, 'attributeKeptBytes'>,
): StunAttribute {
  const kept = value.subarray(0, attributeKeptBytes)
  const record = { code, name: attributeName(code), length, hex: secrets.has(code) ? '' : kept.toString('hex') }
  if (code === attributeTypes.username) return { ...record, text: withoutPadding(value) }
  if (texts.has(code)) return { ...record, text: kept.toString('utf8') }
  if (addresses.has(code)) return { ...record, ...addressOf(value) }
  if (xorAddresses.has(code)) return { ...record, ...addressOf(xorAddress(value, transaction)) }
  if (code === attributeTypes.errorCode) {
    const error = readErrorCode(value)
    return error === undefined ? record : { ...record, error: error.error, text: error.reason }
  }
  return record
}

function addressOf(value: Buffer): Pick<StunAttribute, 'address'> {
  const address = readAddress(value)
  return address === undefined ? {} : { address }
}

const isBroken = ({ code, address, error }: StunAttribute) =>
  ((addresses.has(code) || xorAddresses.has(code)) && address === undefined) ||
  (code === attributeTypes.errorCode && error === undefined)

const valueProblem = ({ name, hex }: StunAttribute): SyntaxProblem =>
  name === 'ERROR-CODE'
    ? { code: 'bad-error-code', text: `The value ${hex} of ERROR-CODE is too short.` }
    : { code: 'bad-address', text: `The value ${hex} of ${name} is no address.` }
