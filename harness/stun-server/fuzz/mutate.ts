import type { Endpoint } from '../../timeline/entry.ts'
import { headerBytes } from '../message-types.ts'
import { message } from './messages.ts'
import type { Random } from '../../fuzzing/random.ts'

type Mutation = (input: Buffer, random: Random) => Buffer

/** A legal message with up to five faults. */
export function mutatedMessage(random: Random): Buffer {
  let input = message(random)
  const times = random.below(6)
  for (let time = 0; time < times; time++) input = random.oneOf(mutations)(input, random)
  return input.subarray(0, longestDatagram)
}

const hosts: readonly [(random: Random) => string, ...((random: Random) => string)[]] = [
  () => '192.0.2.10',
  () => '203.0.113.1',
  () => '127.0.0.1',
  () => '255.255.255.255',
  random => random.bytes(4).join('.'),
  random => `2001:db8::${random.below(65_536).toString(16)}`,
  random => `fe80::${random.below(65_536).toString(16)}%eth0`,
]

/** Where it says it comes from. */
export const spoofedSource = (random: Random): Endpoint => ({
  address: random.oneOf(hosts)(random),
  port: random.oneOf([7547, 0, 65_535, random.below(65_536)]),
})

/** What UDP over IPv4 can carry. */
const longestDatagram = 65_507

const place = (input: Buffer, random: Random) => random.below(input.length + 1)

/** A place where two bytes can stand, at best a length or a type. */
function twoBytes(input: Buffer, random: Random): number | undefined {
  if (input.length < 2) return undefined
  const at = random.below(2) === 0 ? headerBytes + 2 * random.below(20) : random.below(input.length - 1)
  return Math.min(at, input.length - 2)
}

const flipBit: Mutation = (input, random) => {
  const flipped = Buffer.from(input)
  const at = random.below(input.length)
  if (input.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8))
  return flipped
}

const truncate: Mutation = (input, random) => input.subarray(0, place(input, random))

const wrongMessageLength: Mutation = (input, random) => {
  const changed = Buffer.from(input)
  if (input.length >= 4) changed.writeUInt16BE(random.oneOf([0, 1, 3, 0xffff, 2048, random.below(256)]), 2)
  return changed
}

const wrongLength: Mutation = (input, random) => {
  const changed = Buffer.from(input)
  const at = twoBytes(input, random)
  if (at !== undefined) changed.writeUInt16BE(random.oneOf([0, 1, 3, 5, 0xffff, 0x7fff, random.below(64)]), at)
  return changed
}

const anotherType: Mutation = (input, random) => {
  const changed = Buffer.from(input)
  if (input.length >= headerBytes + 2) {
    const code = random.oneOf([random.below(12), 0x0020, 0x8020, 0xc001, 0xc002, random.below(65_536)])
    changed.writeUInt16BE(code, headerBytes)
  }
  return changed
}

const anotherMessageType: Mutation = (input, random) => {
  const changed = Buffer.from(input)
  if (input.length >= 2) changed.writeUInt16BE(random.oneOf([1, 2, 0x101, 0x111, 0x112, random.below(512)]), 0)
  return changed
}

/** The same attributes over and over, with a length field that fits or not. */
const loop: Mutation = (input, random) => {
  const part = input.subarray(headerBytes, headerBytes + 4 + random.below(40))
  const repeated = Buffer.concat([input, ...Array.from({ length: random.below(100) }, () => part)])
  return random.below(2) === 0 ? repeated : fitLength(repeated)
}

/** As many attributes of no length as there is room for. */
const zeroLengths: Mutation = (input, random) => {
  const count = random.below(random.below(10) === 0 ? 520 : 80)
  const attribute = Buffer.from([0xc0, random.below(256), 0, 0])
  return fitLength(Buffer.concat([input, ...Array.from({ length: count }, () => attribute)]))
}

const oversize: Mutation = (input, random) =>
  Buffer.concat([input, Buffer.alloc(random.below(random.below(50) === 0 ? 65_000 : 3000), random.below(256))])

const insertNoise: Mutation = (input, random) => {
  const at = place(input, random)
  return Buffer.concat([input.subarray(0, at), random.bytes(random.below(30)), input.subarray(at)])
}

const splice: Mutation = (input, random) => fitLength(Buffer.concat([input, message(random).subarray(headerBytes)]))

const onlyNoise: Mutation = (_, random) => random.bytes(random.below(200))

function fitLength(message: Buffer): Buffer {
  const changed = Buffer.from(message)
  if (message.length >= headerBytes) changed.writeUInt16BE(Math.min(0xffff, message.length - headerBytes), 2)
  return changed
}

const mutations: readonly [Mutation, ...Mutation[]] = [
  flipBit,
  flipBit,
  truncate,
  wrongMessageLength,
  wrongLength,
  wrongLength,
  anotherType,
  anotherMessageType,
  loop,
  zeroLengths,
  oversize,
  insertNoise,
  splice,
  onlyNoise,
]
