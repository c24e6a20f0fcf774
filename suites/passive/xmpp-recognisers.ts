import { readDelays, readEvents, timesToSession } from './after-reply.ts'
import { duringSessions, one, several } from './during-sessions.ts'
import { readFurther } from './further-sessions.ts'
import { rangeOf } from './ranges.ts'
import type { Recogniser } from './occasion.ts'
import type { RecogniserTable } from './recognisers.ts'
import { readTurnedAway } from './refused.ts'
import { readHeldAnswers, readResults } from './xmpp-answers.ts'

const accepted = 'XMPP Connection Request at rest that was answered by a result and can be read'

const inSession = (isOne: (count: number) => boolean): Record<string, Recogniser> => ({
  ...duringSessions('xmpp', isOne),
  answer: {
    of: 'session during which an XMPP Connection Request was answered',
    read: ({ disturbed }) => disturbed.xmpp.filter(({ asks }) => isOne(asks.length)).flatMap(readHeldAnswers),
  },
})

/** What a capture may show of XMPP Connection Requests, where the stream is in clear or was decrypted. */
export const xmppRecognisers: RecogniserTable = {
  'xmpp-request': {
    result: { of: accepted, read: ({ capture }) => readResults(capture) },
    inTime: {
      of: accepted,
      read: ({ capture }, _, property) => {
        const times = timesToSession(capture, 'xmpp')
        if (times.length > 0) property('time from XMPP result to session', rangeOf(times))
        return readDelays(capture, 'xmpp')
      },
    },
    event: { of: accepted, read: ({ capture }) => readEvents(capture, 'xmpp') },
  },
  'xmpp-duplicates': {
    onlyOne: { of: 'two accepted requests before one session', read: ({ capture }) => readFurther(capture, 'xmpp') },
  },
  'xmpp-in-session': inSession(one),
  'xmpp-in-session-several': inSession(several),
  'xmpp-rejected': {
    noSession: {
      of: 'XMPP request that was refused as not authorized and after which nothing else was asked for a while',
      read: ({ capture }) => readTurnedAway(capture, ({ xmpp }) => xmpp?.answer?.condition === 'not-authorized'),
    },
  },
}
