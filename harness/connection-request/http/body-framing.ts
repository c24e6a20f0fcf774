import { hasToken, headerValues, type ResponseHead } from './response-head.ts'
import type { NoteProblem } from './syntax-problems.ts'

/** How the end of a body is to be found (RFC 9112 6.3). */
export type BodyFraming =
  | { kind: 'none' }
  | { kind: 'content-length'; length: number }
  | { kind: 'chunked' }
  | { kind: 'until-close' }

/** Decides how the body of the answer to a request of `method` is framed. */
export function framingOf(head: ResponseHead, method: string, note: NoteProblem): BodyFraming {
  const announced = announcedFraming(head, note)
  if (method === 'HEAD') return { kind: 'none' }
  if (head.status !== 204 && head.status !== 304 && head.status >= 200) return announced
  if (
    head.status === 204 &&
    (announced.kind === 'chunked' || (announced.kind === 'content-length' && announced.length > 0))
  )
    note('body-announced-with-204', 'A 204 answer announces a body, which it cannot have.')
  return { kind: 'none' }
}

function announcedFraming(head: ResponseHead, note: NoteProblem): BodyFraming {
  const lengths = headerValues(head.headers, 'content-length').flatMap(value =>
    value.split(',').map(item => item.trim()),
  )
  const codings = headerValues(head.headers, 'transfer-encoding')
  if (codings.length > 0) {
    if (lengths.length > 0) note('length-and-coding', 'The answer has both Content-Length and Transfer-Encoding.')
    if (hasToken(head.headers, 'transfer-encoding', 'chunked')) return { kind: 'chunked' }
    note('unknown-transfer-coding', `The transfer coding "${codings.join(', ')}" is not chunked.`)
    if (!hasToken(head.headers, 'transfer-encoding', 'identity')) return { kind: 'until-close' }
  }
  const [first] = lengths
  if (first === undefined) return { kind: 'until-close' }
  if (lengths.length > 1) note('repeated-content-length', 'Content-Length is given more than once.')
  if (!/^\d+$/.test(first)) {
    note('bad-content-length', `Content-Length is "${first}", which is not a number of bytes.`)
    return { kind: 'until-close' }
  }
  return { kind: 'content-length', length: Number(first) }
}
