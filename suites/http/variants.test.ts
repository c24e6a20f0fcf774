import { describe, expect, test } from 'vitest'
import { type Happening, judged, mark, request, type WrittenRequest } from '../written-timeline.ts'
import { variants } from './variants.ts'

const labels = {
  notRejected: 'plain request at rest',
  keptConnection: 'authenticated on the connection of the challenge',
  freshConnection: 'authenticated on a new connection',
  legalHeaders: 'with unusual but legal headers',
  bodyIgnored: 'with a body',
}

type Form = keyof typeof labels

const verdicts = (changes: Partial<Record<Form, Partial<WrittenRequest>>> = {}, first: number | undefined = 204) =>
  judged(
    variants,
    mark('first-request', 10, { ...(first === undefined ? {} : { status: first, answer: 1 }) }),
    ...Object.entries(labels).flatMap(([form, label], index): Happening[] => [
      mark('form', 1000 * (index + 1), { label }),
      request(label, { at: 1000 * (index + 1) + 100, answered: 204, ...changes[form as Form] }),
    ]),
  )

test('every form served passes', () => {
  expect([...new Set(Object.values(verdicts()))]).toEqual(['pass'])
})

describe('the first request', () => {
  test.each([
    [200, 'pass'],
    [503, 'pass'],
    [404, 'fail'],
    [500, 'fail'],
    [401, 'inconclusive'],
  ])('that got %d: %s', (status, verdict) => {
    expect(verdicts({}, status)).toMatchObject({ firstRequest: verdict })
  })

  test('that got no answer says nothing', () => {
    expect(judged(variants, mark('first-request', 10, {}))).toMatchObject({ firstRequest: 'inconclusive' })
  })
})

describe.each(Object.keys(labels) as Form[])('%s', form => {
  const breach = ['notRejected', 'legalHeaders'].includes(form) ? 'fail' : 'warning'

  test('is unknown when it is refused at rest with 503: a rate limit is legal', () => {
    expect(verdicts({ [form]: { answered: 503 } })).toMatchObject({ [form]: 'inconclusive' })
    expect(verdicts({ [form]: { answered: 503, credentials: 'none' } })).toMatchObject({ [form]: 'inconclusive' })
  })

  test.each([403, 404, 500])(`refused with %d is a ${breach}`, answered => {
    expect(verdicts({ [form]: { answered } })).toMatchObject({ [form]: breach })
  })

  test(`without an answer is a ${breach}`, () => {
    expect(verdicts({ [form]: { unanswered: 'timeout' } })).toMatchObject({ [form]: breach })
  })
})

test('a connection that the device closes after its challenge is legal', () => {
  const closed = { unanswered: 'closed' as const, unsent: true as const }
  expect(verdicts({ keptConnection: closed })).toMatchObject({ keptConnection: 'pass' })
})

test('refused credentials are judged elsewhere', () => {
  expect(verdicts({ notRejected: { answered: 401 } })).toMatchObject({ notRejected: 'inconclusive' })
})

test('without working credentials only the plain form is tried', () => {
  const outcome = judged(
    variants,
    mark('first-request', 10, { status: 401, answer: 1 }),
    mark('form', 1000, { label: labels.notRejected }),
    request(labels.notRejected, { at: 1100, answered: 401 }),
  )
  expect([...new Set(Object.values(outcome))]).toEqual(['inconclusive'])
})
