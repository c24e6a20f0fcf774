/**
 * A user name or password prepared for comparison. RFC 4013
 * @returns `undefined` where it holds what is prohibited
 */
export function saslprep(text: string): string | undefined {
  if (/^[\x20-\x7e]*$/.test(text)) return text
  const mapped = text
    .replace(mappedToNothing, '')
    .replace(/\p{Zs}/gu, ' ')
    .normalize('NFKC')
  return /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\ufffd]/u.test(mapped) ? undefined : mapped
}

/** RFC 3454 B.1 */
const mappedToNothing = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/gu
