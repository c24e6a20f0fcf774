import { isIPv6 } from 'node:net'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'

/** Longer than what any judge says in its own words. */
const longestText = 2000
const longestShape = 500

/** Whether a shape has a word, so that it can tell one failure from another. */
export const tellsApart = (shape: string): boolean => /\p{L}/u.test(shape)

/** In the place of what differs from run to run. */
const something = '…'

const lengthOfTime = /(?<![\w.])-?\d{1,12}(?:\.\d{1,9})? (?:ms|s|min|h)\b(?: \d{1,12}(?:\.\d{1,9})? (?:ms|s|min|h)\b)*/g
const moment = /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?(?:Z\b|UTC\b|[+-]\d\d:?\d\d\b))?)?/g
const url = /\b(https?|stuns?|xmpps?):\/\/[^\s"'<>;,)]+/gi
const jid = /(?<![^\s"'(<])[^\s"'<>;,()@]{1,256}@[^\s"'<>;,()@]{1,256}/g
const ipv4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.])/g
const ipv6 = /(?<![\w:.])\[?([0-9a-f]{0,4}:[0-9a-f:]{1,38})\]?(?:(?<=\]):\d{1,5})?(?![\w:])/gi

/** Tokens that nobody would choose as words: nonces, digests, paths, serial numbers. */
const token = /(?<![\w+/=])[\w+/=-]{6,}(?![\w+/=])/g
const isChance = (word: string) => {
  const digits = word.replace(/\D/g, '').length
  if (digits === 0 || /^\d+$/.test(word)) return false
  return /(?:^|[^a-z])[0-9a-f]{6,}(?:[^a-z]|$)/i.test(word) || digits >= 4 || (word.length >= 16 && digits >= 2)
}

/** Numbers that say what happened: codes of events, statuses of HTTP, faults of CWMP, and none at all. */
const statusLine = /\bHTTP\/\d(?:\.\d)?(?![\w.])(?: [1-5]\d\d\b)?/g
const eventCode = /(?<![\w.-])\d{1,2}(?= [A-Z]{2,}\b)/g
const status =
  /(?:(?<=^|[;,:"] ?)|(?<=\b(?:with|got|status|answered|refused|is|was|by|HTTP) ))[1-5]\d\d(?= [A-Z(]|$|[;,.)"]| (?:with|without|and|then|but|in|to|after|instead|when|while|before|again|although)\b)/g
const fault = /(?<=\b(?:[Ff]ault|with|[Cc]ode|[Ff]ault[Cc]ode)(?: |: |=|: "|="))[89]\d{3}\b/g
const none = /(?<![\w.-])0(?![\w.])/g
const number = /(?<![\w.-])[-+]?\d+(?:\.\d+)?(?![\w]|\.\d)/g

/**
 * What is the same of a failure in every run: the text of what was seen, without its numbers, times, addresses and
 * values that differ from run to run, and what is said several times in a row once. Codes of events and
 * faults, statuses of HTTP and zero stay, because another one is another failure. The shape of a shape is itself.
 */
export function shapeOf(seen: string): string {
  let shape = visibleText(shortenedText(seen, longestText))
  // What a replacement leaves beside another one can look like an address again.
  for (;;) {
    const next = said(withoutNumbers(withoutAddresses(shape).replace(/"([^"]*)"/g, quoted)))
    if (next === shape) break
    shape = next
  }
  return shape.length > longestShape ? shapeOf(shape.slice(0, longestShape)) : shape
}

const withoutAddresses = (text: string) =>
  text
    .replace(moment, something)
    .replace(lengthOfTime, something)
    .replace(url, `$1://${something}`)
    .replace(jid, something)
    .replace(ipv4, something)
    .replace(ipv6, (text, address: string) => (isIPv6(address) ? something : text))
    .replace(token, word => (isChance(word) ? something : word))

/** A value of which a part differs from run to run is not to be known by its rest. */
function quoted(whole: string, value: string): string {
  return withoutNumbers(value).includes(something) ? `"${something}"` : whole
}

/** Keeps what stands for itself out of the way while the other numbers go. */
function withoutNumbers(text: string): string {
  const kept: string[] = []
  const keep = (code: string) => {
    kept.push(code)
    return `\u{e000}`
  }
  return text
    .replace(/\u{e000}/gu, something)
    .replace(new RegExp([statusLine, eventCode, status, fault, none].map(({ source }) => source).join('|'), 'g'), keep)
    .replace(number, something)
    .replace(/\u{e000}/gu, () => kept.shift() ?? something)
}

/** What is said several times in a row, once, with a sign that it was more often. */
function said(text: string): string {
  const parts = text.split(/([;,] )/)
  let last = parts[0] ?? ''
  let result = last
  let isRepeated = false
  for (let index = 2; index < parts.length; index += 2) {
    const [separator = '', part = ''] = [parts[index - 1], parts[index]]
    const isSame = part !== '' && (part === last || last.endsWith(` ${part}`))
    if (!isSame) {
      result += separator + part
      last = part
    } else if (!isRepeated) result += separator + something
    isRepeated = isSame
  }
  return result
}
