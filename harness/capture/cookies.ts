import { readCookies } from '../acs/cookie.ts'
import type { HeaderList } from '../timeline/entry.ts'
import { headerValues } from './http-exchange.ts'

/** The cookies that a request carries, as name=value. */
export const cookiesOf = (headers: HeaderList): string[] =>
  readCookies(headerValues(headers, 'cookie')).map(([name, value]) => `${name}=${value}`)

/** The cookies that an answer sets. */
export const cookiesSetBy = (headers: HeaderList): string[] =>
  headerValues(headers, 'set-cookie').flatMap(value => {
    const [pair] = readCookies([(value.split(';')[0] ?? '').replaceAll(',', ' ')])
    return pair === undefined ? [] : [`${pair[0]}=${pair[1]}`]
  })
