import type { NoteProblem } from './syntax-problems.ts'

/** A scheme and its parameters as they stand in a WWW-Authenticate header. */
export interface ScannedChallenge {
  scheme: string
  /** Names in lower case; values without quotes, quoted pairs left as they are (RFC 7616 3.4.2 hashes them so). */
  parameters: { name: string; value: string; quoted: boolean }[]
}

const knownSchemes = /^(?:basic|digest|bearer|negotiate|ntlm|oauth|hoba|mutual|vapid)$/i

/**
 * Takes one WWW-Authenticate value apart (RFC 9110 11.6.1), where commas, quotes and schemes may be missing or
 * misplaced. Never throws; takes time linear in the length of the value.
 */
export function scanChallenges(value: string, note: NoteProblem): ScannedChallenge[] {
  const challenges: ScannedChallenge[] = []
  let position = 0

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position
    const found = pattern.exec(value)
    if (!found) return undefined
    position += found[0].length
    return found[0]
  }

  const current = (): ScannedChallenge => {
    const last = challenges.at(-1)
    if (last) return last
    note('challenge-without-scheme', 'The challenge does not begin with the name of a scheme.')
    const nameless = { scheme: '', parameters: [] }
    challenges.push(nameless)
    return nameless
  }

  function readParameterValue(): { value: string; quoted: boolean } {
    if (value[position] !== '"') return { value: match(/[^\s,]*/y) ?? '', quoted: false }
    const quoted = match(/"(?:[^"\\]|\\[^])*"/y)
    if (quoted !== undefined) return { value: quoted.slice(1, -1), quoted: true }
    note('quote-without-end', 'A quoted value of the challenge has no closing quote.')
    const rest = value.slice(position + 1)
    position = value.length
    return { value: rest, quoted: true }
  }

  /** A word that is no parameter: a scheme, or the rest of a value that lacks its quotes. */
  function placeWord(word: string, afterComma: boolean) {
    const last = challenges.at(-1)?.parameters.at(-1)
    if (last && !last.quoted && afterComma && last.name === 'qop' && /^auth(?:-int)?$/i.test(word))
      last.value += `,${word}`
    else if (last && !last.quoted && !afterComma && !knownSchemes.test(word)) last.value += ` ${word}`
    else challenges.push({ scheme: word, parameters: [] })
  }

  while (position < value.length) {
    const separator = match(/[\s,]+/y) ?? ''
    const afterComma = separator.includes(',')
    const word = match(/[^\s,="]+/y)
    if (word === undefined) {
      if (position < value.length) {
        note('odd-challenge', 'The challenge contains characters where none may stand.')
        position++
      }
      continue
    }
    if (match(/\s*=\s*/y) === undefined) {
      placeWord(word, afterComma)
      continue
    }
    const challenge = current()
    if (challenge.parameters.length > 0 && !afterComma)
      note('challenge-without-commas', 'Commas are missing between the parameters of the challenge.')
    challenge.parameters.push({ name: word.toLowerCase(), ...readParameterValue() })
  }
  return challenges
}
