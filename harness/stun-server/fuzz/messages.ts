import { writeAddress, xorAddress } from '../address-attribute.ts'
import { attributeTypes, connectionRequestBindingValue } from '../attribute-types.ts'
import { writeErrorCode } from '../error-code.ts'
import { standardIntegrity, withIntegrity } from '../message-integrity.ts'
import { magicCookie, messageTypes } from '../message-types.ts'
import { type WrittenAttribute, writeStunMessage } from '../write-message.ts'
import type { Random } from '../../fuzzing/random.ts'

export const account = { username: 'cpe57689', password: 'secret' }

const text = (code: number, value: string): WrittenAttribute => ({ code, value: Buffer.from(value) })
const binding: WrittenAttribute = {
  code: attributeTypes.connectionRequestBinding,
  value: connectionRequestBindingValue,
}
const named = text(attributeTypes.username, account.username)
const place = (code: number, address: string): WrittenAttribute => ({
  code,
  value: writeAddress({ address, port: 7547 }),
})
const bindingChange: WrittenAttribute = { code: attributeTypes.bindingChange, value: Buffer.alloc(0) }

const request = (id: Buffer, ...attributes: WrittenAttribute[]) =>
  writeStunMessage(messageTypes.bindingRequest, id, attributes)

type Message = (id: Buffer) => Buffer

/** What devices, other clients and servers send when all goes well. */
const messages: readonly [Message, ...Message[]] = [
  id => request(id),
  id => request(id, binding),
  id => request(id, binding, bindingChange, named),
  id => withIntegrity(request(id, binding, named), account.password, standardIntegrity),
  id => withIntegrity(request(id, binding, named), account.password, { ...standardIntegrity, padded: false }),
  id =>
    withIntegrity(
      request(id, named, text(attributeTypes.realm, 'lab.test'), text(attributeTypes.nonce, 'f//499k9')),
      account.password,
      standardIntegrity,
    ),
  id => request(id, place(attributeTypes.responseAddress, '192.0.2.10')),
  id => request(id, place(attributeTypes.responseAddress, '203.0.113.1'), named),
  id => request(id, place(attributeTypes.responseAddress, '2001:db8::10')),
  id => request(id, { code: attributeTypes.changeRequest, value: Buffer.from([0, 0, 0, 6]) }),
  id => request(id, text(attributeTypes.software, 'client 1.0  '), { code: 0x0024, value: Buffer.alloc(4) }),
  id => request(id, text(attributeTypes.username, 'cpe5'), text(attributeTypes.password, 'pass')),
  id => writeStunMessage(messageTypes.sharedSecretRequest, id, []),
  id =>
    writeStunMessage(messageTypes.bindingResponse, id, [
      place(attributeTypes.mappedAddress, '192.0.2.10'),
      place(attributeTypes.sourceAddress, '192.0.2.1'),
      place(attributeTypes.changedAddress, '192.0.2.2'),
      place(attributeTypes.reflectedFrom, '192.0.2.3'),
      {
        code: attributeTypes.xorMappedAddress,
        value: xorAddress(writeAddress({ address: '2001:db8::1', port: 1 }), id),
      },
    ]),
  id =>
    writeStunMessage(messageTypes.bindingErrorResponse, id, [
      { code: attributeTypes.errorCode, value: writeErrorCode(420, 'Unknown Attribute') },
      { code: attributeTypes.unknownAttributes, value: Buffer.from('7f017f02', 'hex') },
      { code: attributeTypes.fingerprint, value: Buffer.alloc(4) },
    ]),
  () => Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
]

/** One of them, with few different transaction ids, so that some are retransmissions. */
export function message(random: Random): Buffer {
  const id = Buffer.alloc(16, random.below(256))
  if (random.below(2) === 0) id.writeUInt32BE(magicCookie, 0)
  return random.oneOf(messages)(id)
}
