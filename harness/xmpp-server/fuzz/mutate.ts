import { conversations } from './conversations.ts'
import type { Random } from '../../fuzzing/random.ts'

type Mutation = (input: Buffer, random: Random) => Buffer

/** A legal conversation with one to six faults. */
export function mutatedConversation(random: Random): Buffer {
  let input: Buffer = conversation(random)
  const times = 1 + random.below(6)
  for (let time = 0; time < times; time++) input = random.oneOf(mutations)(input, random)
  return input
}

const conversation = (random: Random) => Buffer.from(conversations[random.below(conversations.length)] ?? '')
const place = (input: Buffer, random: Random) => random.below(input.length + 1)

const insert = (input: Buffer, at: number, inserted: Uint8Array | string) =>
  Buffer.concat([input.subarray(0, at), Buffer.from(inserted), input.subarray(at)])

function stretch(input: Buffer, random: Random): [number, number] {
  const from = place(input, random)
  return [from, Math.min(input.length, from + 1 + random.below(80))]
}

/** What has a meaning in XML, and what has had one in attacks. */
const tokens = [
  '<',
  '>',
  '/>',
  '</',
  '&',
  ';',
  '"',
  "'",
  '=',
  ' ',
  '\r',
  '\n',
  '\0',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '<?',
  '?>',
  "<?xml version='1.0' encoding='UTF-16'?>",
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '<!ENTITY a SYSTEM "file:///etc/passwd">',
  '&a;',
  '&#0;',
  '&#x110000;',
  '&#xd800;',
  " xmlns=''",
  " xmlns:x='urn:x'",
  " xmlns:xml='urn:x'",
  " __proto__='1'",
  '<constructor/>',
  "<x:__proto__ xmlns:x='urn:x'/>",
  '</stream:stream>',
  '<stream:error/>',
  '\u2028',
  '\ufeff',
  '\uffff',
] as const

/** Overlong characters, surrogates, characters without their beginning or end, too large ones. */
const brokenUtf8: readonly [number[], ...number[][]] = [
  [0xff],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0x80],
  [0xe2, 0x82],
  [0xf0, 0x9f],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
]

const flipByte: Mutation = (input, random) => {
  const flipped = Buffer.from(input)
  const at = random.below(input.length)
  flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8))
  return flipped
}

const cut: Mutation = (input, random) => {
  const [from, to] = stretch(input, random)
  return Buffer.concat([input.subarray(0, from), input.subarray(to)])
}

const truncate: Mutation = (input, random) => input.subarray(0, place(input, random))

const repeat: Mutation = (input, random) => {
  const [from, to] = stretch(input, random)
  const part = input.subarray(from, to)
  return insert(input, to, Buffer.concat(Array.from({ length: 1 + random.below(20) }, () => part)))
}

const splice: Mutation = (input, random) => {
  const other = conversation(random)
  const [from, to] = stretch(other, random)
  return insert(input, place(input, random), other.subarray(from, to))
}

const swapHalves: Mutation = (input, random) => {
  const at = place(input, random)
  return Buffer.concat([input.subarray(at), input.subarray(0, at)])
}

const addToken: Mutation = (input, random) => insert(input, place(input, random), random.oneOf(tokens))

const damageUtf8: Mutation = (input, random) =>
  insert(input, place(input, random), Buffer.from(random.oneOf(brokenUtf8)))

const nest: Mutation = (input, random) => {
  const depth = 1 + random.below(random.below(20) === 0 ? 5000 : 80)
  const end = random.below(2) === 0 ? '</a>'.repeat(depth) : ''
  return insert(input, place(input, random), '<a>'.repeat(depth) + end)
}

const addAttributes: Mutation = (input, random) => {
  const count = 1 + random.below(random.below(20) === 0 ? 3000 : 20)
  const attributes = Array.from({ length: count }, (_, index) => ` a${index}=''`)
  return insertAfterName(input, random, attributes.join(''))
}

const addLongAttribute: Mutation = (input, random) =>
  insertAfterName(input, random, ` long='${'x'.repeat(random.below(random.below(50) === 0 ? 400_000 : 2000))}'`)

/** Most of the time right after the name of a start tag. */
function insertAfterName(input: Buffer, random: Random, text: string): Buffer {
  const start = input.indexOf('<', place(input, random))
  const name = /^<[a-z:]+/i.exec(input.subarray(Math.max(0, start), start + 40).toString('latin1'))
  return insert(input, start < 0 ? place(input, random) : start + (name?.[0].length ?? 0), text)
}

const mutations: readonly [Mutation, ...Mutation[]] = [
  flipByte,
  flipByte,
  cut,
  truncate,
  repeat,
  splice,
  swapHalves,
  addToken,
  addToken,
  damageUtf8,
  nest,
  addAttributes,
  addLongAttribute,
]
