/** The cookie by which a session is known again on another connection (TR-069 3.4.2). */
export const sessionCookie = 'connreq-session'

/** The Set-Cookie value for a session. */
export const setSessionCookie = (value: string): string => `${sessionCookie}=${value}; Path=/`

/** Cookies of one or more Cookie headers, as name and value (RFC 6265 4.2.1, read leniently). */
export function readCookies(headerValues: readonly string[]): [name: string, value: string][] {
  return headerValues
    .flatMap(header => header.split(/[;,]/))
    .map(pair => pair.trim())
    .filter(pair => pair !== '' && !pair.startsWith('$'))
    .map(pair => {
      const at = pair.indexOf('=')
      return at < 0
        ? [pair, '']
        : [
            pair.slice(0, at).trim(),
            pair
              .slice(at + 1)
              .trim()
              .replace(/^"(.*)"$/, '$1'),
          ]
    })
}
