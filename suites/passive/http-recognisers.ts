import { readDelays, readEvents, readOrder, timesToSession } from './after-reply.ts'
import { readUrls } from './told-by-device.ts'
import { duringSessions, one, several } from './during-sessions.ts'
import { readFurther } from './further-sessions.ts'
import {
  addressedRequests,
  readBodies,
  readLimits,
  readListening,
  readOtherPaths,
  readQop,
  readRateLimits,
  readRefusals,
  readRepeated,
  readStatus,
  readUnauthenticated,
} from './http-replies.ts'
import { alternativesTaken, readAnswers, readRetryAfter } from './in-session.ts'
import type { Recogniser } from './occasion.ts'
import { rangeOf } from './ranges.ts'
import type { RecogniserTable } from './recognisers.ts'
import { unlessOnce } from './reading.ts'
import { readTurnedAway } from './refused.ts'

const acceptedAtRest = 'HTTP Connection Request at rest that was accepted'
const unauthenticated = 'answer to a request without credentials'
const inform = 'Inform with a ConnectionRequestURL'

const inSession = (isOne: (count: number) => boolean): Record<string, Recogniser> => {
  const { refusedStaysRefused, ...rules } = duringSessions('http', isOne)
  return {
    ...rules,
    refusedStaysRefused,
    answer: {
      of: 'session during which an HTTP Connection Request came and was answered',
      read: ({ disturbed }, metric, property) => {
        const found = disturbed.http.filter(({ asks }) => isOne(asks.length))
        const taken = alternativesTaken(found)
        if (taken !== undefined) property(isOne(1) ? 'in a session' : 'in a session, several requests', taken)
        const readings = found.flatMap(each => readAnswers(metric, each))
        return unlessOnce(readings, 'Another rule of the device may have been the reason once.')
      },
    },
    noRetryAfter: {
      of: '503 during a session',
      read: ({ disturbed }, metric) =>
        readRetryAfter(
          metric,
          disturbed.http.filter(({ asks }) => isOne(asks.length)),
        ),
    },
  }
}

/** What a capture may show of HTTP Connection Requests. */
export const httpRecognisers: RecogniserTable = {
  'http-challenge': {
    challenged: { of: unauthenticated, read: ({ challenges }) => challenges.readings.challenged },
    qop: {
      of: unauthenticated,
      read: ({ challenges }, _, property) => {
        for (const [name, value] of challenges.properties) property(name, value)
        return challenges.readings.qop
      },
    },
    md5: { of: unauthenticated, read: ({ challenges }) => challenges.readings.md5 },
  },
  'http-request': {
    listens: { of: 'answer of the device to an HTTP request', read: ({ capture }) => readListening(capture) },
    status: { of: acceptedAtRest, read: ({ capture }) => readStatus(capture) },
    digest: { of: 'Digest response with qop', read: ({ capture }) => readQop(capture) },
    empty: {
      of: 'success reply',
      read: ({ capture }, _, property) => {
        const statuses = addressedRequests(capture).flatMap(({ http: { answer } }) => answer?.status ?? [])
        const successes = [...new Set(statuses.filter(status => status < 300))]
        if (successes.length > 0) property('success reply', successes.join(', '))
        return readBodies(capture)
      },
    },
    replyFirst: { of: acceptedAtRest, read: ({ capture }) => readOrder(capture) },
    inTime: {
      of: acceptedAtRest,
      read: ({ capture }, _, property) => {
        const times = timesToSession(capture, 'http')
        if (times.length > 0) property('time from reply to session', rangeOf(times))
        return readDelays(capture, 'http')
      },
    },
    event: {
      of: `${acceptedAtRest} and was followed by a session`,
      read: ({ capture }) => readEvents(capture, 'http'),
    },
  },
  'http-url': {
    scheme: { of: inform, read: ({ capture }) => readUrls(capture, 'scheme') },
    form: { of: inform, read: ({ capture }) => readUrls(capture, 'form') },
    random: { of: inform, read: ({ capture }) => readUrls(capture, 'random') },
  },
  'http-duplicates': {
    answered: {
      of: 'further request between a success reply and its session',
      read: ({ capture }) => readRepeated(capture),
    },
    onlyOne: { of: 'two accepted requests before one session', read: ({ capture }) => readFurther(capture, 'http') },
  },
  'http-in-session': inSession(one),
  'http-in-session-several': inSession(several),
  'http-rejected': {
    noSession: {
      of: 'request that was refused with 401 and after which nothing else was asked for a while',
      read: ({ capture }) => readTurnedAway(capture, ({ http }) => http?.answer?.status === 401),
    },
    digestOnly: { of: 'answer to a request without credentials', read: ({ capture }) => readUnauthenticated(capture) },
    challenged: { of: 'Digest credentials that were refused', read: ({ capture }) => readRefusals(capture) },
    otherPath: {
      of: 'request to another path that was accepted',
      read: ({ capture }) => readOtherPaths(capture),
    },
  },
  'http-flood': {
    refusal: { of: 'answer that says that there were too many requests', read: ({ capture }) => readLimits(capture) },
    noRetryAfter: { of: '503 at rest', read: ({ capture }, metric) => readRateLimits(capture, metric) },
  },
}
