import { isIPv6 } from 'node:net'

/** An address, prepared for comparison. Parts that are not there are empty. RFC 7622 */
export interface Jid {
  local: string
  domain: string
  resource: string
}

const longestPartBytes = 1023
/** No preparation makes a part four times shorter; a longer one is not prepared, which takes its length squared. */
const longestRawBytes = 4 * longestPartBytes

/** Reads an address. @returns `undefined` where it is none */
export function parseJid(text: string): Jid | undefined {
  const slash = text.indexOf('/')
  const bare = slash < 0 ? text : text.slice(0, slash)
  const at = bare.indexOf('@')
  const local = at < 0 ? '' : prepareLocal(bare.slice(0, at))
  const domain = prepareDomain(bare.slice(at + 1))
  const resource = slash < 0 ? '' : prepareResource(text.slice(slash + 1))
  return local === undefined || domain === undefined || resource === undefined ? undefined : { local, domain, resource }
}

export const bareJid = ({ local, domain }: Jid): string => (local === '' ? domain : `${local}@${domain}`)

export const fullJid = (jid: Jid): string => (jid.resource === '' ? bareJid(jid) : `${bareJid(jid)}/${jid.resource}`)

/** @returns `undefined` where it can be no part before the `@`. RFC 7622 3.3, RFC 8265 3.3 */
export function prepareLocal(text: string): string | undefined {
  if (/^[a-z0-9._-]+$/.test(text) && text.length <= longestPartBytes) return text
  if (isTooLong(text)) return undefined
  const prepared = stable(text, part => narrow(part).toLowerCase().normalize('NFC'))
  return prepared !== undefined && fits(prepared) && !/["&'/:<>@\p{Z}\p{C}]/u.test(prepared) ? prepared : undefined
}

/**
 * @returns `undefined` where it can be no domain. A dot at its end is dropped; an IPv6 address gets its brackets.
 * RFC 7622 3.2
 */
export function prepareDomain(text: string): string | undefined {
  if (isTooLong(text)) return undefined
  if (isIPv6(text)) return `[${text.toLowerCase()}]`
  const prepared = text.replace(/\.$/, '').toLowerCase().normalize('NFC')
  if (!fits(prepared) || prepared.endsWith('.')) return undefined
  const isLiteral = /^\[[0-9a-f:.]+\]$/.test(prepared)
  return isLiteral || !/["&'/:<>@[\]\p{Z}\p{C}]/u.test(prepared) ? prepared : undefined
}

/** @returns `undefined` where it can be no resource. RFC 7622 3.4, RFC 8265 4.2 */
export function prepareResource(text: string): string | undefined {
  if (isTooLong(text)) return undefined
  const prepared = text.replace(/\p{Zs}/gu, ' ').normalize('NFC')
  return fits(prepared) && !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(prepared) ? prepared : undefined
}

/** Full-width and half-width forms as ordinary ones. RFC 8265 3.3.2 */
const narrow = (text: string) => text.replace(/[\uff01-\uffee]/g, character => character.normalize('NFKC'))

/** Applies a rule until nothing changes any more, as RFC 8265 7 asks. */
function stable(text: string, rule: (text: string) => string): string | undefined {
  let current = text
  for (let times = 0; times < 4; times++) {
    const next = rule(current)
    if (next === current) return current
    current = next
  }
  return undefined
}

const isTooLong = (raw: string) => Buffer.byteLength(raw) > longestRawBytes

const fits = (part: string) => part !== '' && Buffer.byteLength(part) <= longestPartBytes
