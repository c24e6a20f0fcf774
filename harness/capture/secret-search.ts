import type { EntryType, InformContent, NewEntry } from '../timeline/entry.ts'

/** By these a redactor that was told no secret knows one. */
const signs = /authorization|password|secret|passphrase|sig=|"base64":/i

export const mayBeSecret = (text: string): boolean => signs.test(text)

/** Entries of numbers and fixed words. */
const withoutText: ReadonlySet<EntryType> = new Set([
  'connection-accepted',
  'connection-closed',
  'empty-post',
  'http-cr-closed',
  'http-cr-connecting',
  'inform-answered',
  'session-ended',
])

/**
 * Looks whether an entry may hold a secret, so that only those are redacted: looking is many times as fast. An Inform
 * that several entries share is looked at once, and headers come without secrets (`createHeaderStore`).
 */
export function createSecretSearch(): (entry: NewEntry) => boolean {
  const informs = new WeakMap<InformContent, boolean>()

  const inInform = (inform: InformContent): boolean => {
    const known = informs.get(inform)
    if (known !== undefined) return known
    const found = signs.test(JSON.stringify(inform))
    informs.set(inform, found)
    return found
  }

  return entry => {
    if (withoutText.has(entry.type)) return false
    if (entry.type === 'http-received' || entry.type === 'http-sent')
      return signs.test(entry.body.text ?? '"base64":') || ('target' in entry && signs.test(entry.target))
    if (entry.type !== 'session-opened' && entry.type !== 'inform-repeated') return signs.test(JSON.stringify(entry))
    const { inform, ...rest } = entry
    return inInform(inform) || signs.test(JSON.stringify(rest))
  }
}
