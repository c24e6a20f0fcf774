import { conversations } from './conversations.ts'
import { type Ingredients, insert, type Mutation, mutated, place } from '../../fuzzing/mutation.ts'
import type { Random } from '../../fuzzing/random.ts'

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

const ingredients: Ingredients = {
  samples: conversations.map(text => Buffer.from(text)) as [Buffer, ...Buffer[]],
  tokens,
  ofTheirOwn: [nest, addAttributes, addLongAttribute],
}

/** A legal conversation with up to six faults. */
export const mutatedConversation = (random: Random): Buffer => mutated(random, ingredients)
