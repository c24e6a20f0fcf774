import type { Random } from './random.ts'

/** What inputs are made of. */
export interface Ingredients {
  /** What is sent when all goes well. */
  samples: readonly [Uint8Array, ...Uint8Array[]]
  /** What has a meaning there, and what has had one in attacks. */
  tokens: readonly [string, ...string[]]
  /** At most so many faults; 6 by default. */
  faults?: number
  /** Faults that only inputs of this kind have, besides those of all. */
  ofTheirOwn?: readonly Mutation[]
}

/** Makes one fault. */
export type Mutation = (input: Buffer, random: Random, ingredients: Ingredients) => Buffer

/** Longer ones show nothing more and take most of the time, in bytes. */
const longestInput = 512 * 1024

/** A sample with up to six faults. */
export function mutated(random: Random, ingredients: Ingredients): Buffer {
  let input: Buffer = Buffer.from(random.oneOf(ingredients.samples))
  const { faults = 6, ofTheirOwn = [] } = ingredients
  const times = random.below(faults + 1)
  for (let time = 0; time < times; time++)
    input = random
      .oneOf([...mutations, ...ofTheirOwn])(input, random, ingredients)
      .subarray(0, longestInput)
  return input
}

/** Anywhere in the input, its end included. */
export const place = (input: Buffer, random: Random) => random.below(input.length + 1)

function stretch(input: Buffer, random: Random): [from: number, to: number] {
  const from = place(input, random)
  return [from, Math.min(input.length, from + 1 + random.below(random.below(4) === 0 ? 400 : 12))]
}

export const insert = (input: Buffer, at: number, inserted: Uint8Array | string) =>
  Buffer.concat([input.subarray(0, at), Buffer.from(inserted), input.subarray(at)])

const flipBit: Mutation = (input, random) => {
  const flipped = Buffer.from(input)
  const at = random.below(input.length)
  if (input.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8))
  return flipped
}

const cut: Mutation = (input, random) => {
  const [from, to] = stretch(input, random)
  return Buffer.concat([input.subarray(0, from), input.subarray(to)])
}

const truncate: Mutation = (input, random) => input.subarray(0, place(input, random))

const repeat: Mutation = (input, random) => {
  const [from, to] = stretch(input, random)
  const times = 1 + random.below(random.below(20) === 0 ? 3000 : 8)
  return insert(input, to, Buffer.concat(Array.from({ length: times }, () => input.subarray(from, to))))
}

const splice: Mutation = (input, random, { samples }) => {
  const other = Buffer.from(random.oneOf(samples))
  const [from, to] = stretch(other, random)
  return insert(input, place(input, random), other.subarray(from, to))
}

const swap: Mutation = (input, random) => {
  const at = place(input, random)
  return Buffer.concat([input.subarray(at), input.subarray(0, at)])
}

const addToken: Mutation = (input, random, { tokens }) => insert(input, place(input, random), random.oneOf(tokens))

const replaceByToken: Mutation = (input, random, { tokens }) => {
  const [from, to] = stretch(input, random)
  return Buffer.concat([input.subarray(0, from), Buffer.from(random.oneOf(tokens)), input.subarray(to)])
}

const repeatToken: Mutation = (input, random, { tokens }) =>
  insert(input, place(input, random), random.oneOf(tokens).repeat(1 + random.below(random.below(10) === 0 ? 5000 : 60)))

/** Digits become other digits: lengths, versions, counts. */
const changeNumber: Mutation = (input, random) => {
  const text = input.toString('latin1')
  const numbers = [...text.matchAll(/\d+/g)]
  const found = numbers[random.below(numbers.length)]
  if (found === undefined) return input
  const other = random.oneOf([
    '0',
    '-1',
    '1e999',
    'NaN',
    '4294967296',
    '18446744073709551616',
    '00000000001',
    '0x10',
    '',
  ])
  return Buffer.from(text.slice(0, found.index) + other + text.slice(found.index + found[0].length), 'latin1')
}

/** Overlong characters, surrogates, characters without their beginning or end, too large ones, zeros. */
const brokenCharacters: readonly [number[], ...number[][]] = [
  [0],
  [0xff],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0x80],
  [0xf0, 0x9f],
  [0xf4, 0x90, 0x80, 0x80],
  [0xef, 0xbb, 0xbf],
]

const damageCharacters: Mutation = (input, random) =>
  insert(input, place(input, random), Buffer.from(random.oneOf(brokenCharacters)))

const mutations: readonly [Mutation, ...Mutation[]] = [
  flipBit,
  flipBit,
  cut,
  cut,
  truncate,
  repeat,
  splice,
  swap,
  addToken,
  addToken,
  replaceByToken,
  replaceByToken,
  repeatToken,
  changeNumber,
  changeNumber,
  damageCharacters,
]
