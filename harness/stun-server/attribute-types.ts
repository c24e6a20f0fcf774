/** RFC 3489 11.2, RFC 5389 18.2, G.2.1.3 */
export const attributeTypes = {
  mappedAddress: 0x0001,
  responseAddress: 0x0002,
  changeRequest: 0x0003,
  sourceAddress: 0x0004,
  changedAddress: 0x0005,
  username: 0x0006,
  password: 0x0007,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  reflectedFrom: 0x000b,
  realm: 0x0014,
  nonce: 0x0015,
  xorMappedAddress: 0x0020,
  /** XOR-MAPPED-ADDRESS as drafts before RFC 5389 numbered it. */
  earlyXorMappedAddress: 0x8020,
  software: 0x8022,
  fingerprint: 0x8028,
  connectionRequestBinding: 0xc001,
  bindingChange: 0xc002,
} as const

const names = new Map<number, string>([
  [attributeTypes.mappedAddress, 'MAPPED-ADDRESS'],
  [attributeTypes.responseAddress, 'RESPONSE-ADDRESS'],
  [attributeTypes.changeRequest, 'CHANGE-REQUEST'],
  [attributeTypes.sourceAddress, 'SOURCE-ADDRESS'],
  [attributeTypes.changedAddress, 'CHANGED-ADDRESS'],
  [attributeTypes.username, 'USERNAME'],
  [attributeTypes.password, 'PASSWORD'],
  [attributeTypes.messageIntegrity, 'MESSAGE-INTEGRITY'],
  [attributeTypes.errorCode, 'ERROR-CODE'],
  [attributeTypes.unknownAttributes, 'UNKNOWN-ATTRIBUTES'],
  [attributeTypes.reflectedFrom, 'REFLECTED-FROM'],
  [attributeTypes.realm, 'REALM'],
  [attributeTypes.nonce, 'NONCE'],
  [attributeTypes.xorMappedAddress, 'XOR-MAPPED-ADDRESS'],
  [attributeTypes.earlyXorMappedAddress, 'XOR-MAPPED-ADDRESS'],
  [attributeTypes.software, 'SOFTWARE'],
  [attributeTypes.fingerprint, 'FINGERPRINT'],
  [attributeTypes.connectionRequestBinding, 'CONNECTION-REQUEST-BINDING'],
  [attributeTypes.bindingChange, 'BINDING-CHANGE'],
])

/** The name, or `unknown`. */
export const attributeName = (code: number): string => names.get(code) ?? 'unknown'

/** One that a server may not pass over, if it went by the letter, and does not know. RFC 3489 11.2 */
export const isUnknownMandatory = (code: number): boolean => code <= 0x7fff && !names.has(code)

/** The value of CONNECTION-REQUEST-BINDING. G.2.1.3 */
export const connectionRequestBindingValue = Buffer.from('dslforum.org/TR-111 ', 'latin1')
