import { readDelays, readEvents, timesToSession } from './after-reply.ts'
import { duringSessions, one, several } from './during-sessions.ts'
import { readCopies, readFurther } from './further-sessions.ts'
import { rangeOf } from './ranges.ts'
import type { Recogniser } from './occasion.ts'
import type { RecogniserTable } from './recognisers.ts'
import { readBindingValue, readChangeValue, readPadding, readSchedules } from './stun.ts'
import { readTimestamps } from './timestamps.ts'

const brought = 'UDP Connection Request at rest that brought a session'

const inSession = (isOne: (count: number) => boolean): Record<string, Recogniser> => {
  const { undisturbed, followUp, prompt } = duringSessions('udp', isOne)
  return { undisturbed, followUp, prompt }
}

/** What a capture may show of UDP Connection Requests and of STUN. */
export const udpRecognisers: RecogniserTable = {
  'udp-binding': {
    markValue: {
      of: 'Binding Request with CONNECTION-REQUEST-BINDING',
      read: ({ bindings }, metric) => readBindingValue(bindings, metric),
    },
    changeValue: {
      of: 'Binding Request with BINDING-CHANGE',
      read: ({ bindings }, metric) => readChangeValue(bindings, metric),
    },
    schedule: {
      of: 'Binding Request that stayed without an answer until it was given up',
      read: ({ capture, bindings }) => readSchedules(capture, bindings),
    },
    padded: {
      of: 'Binding Request with USERNAME',
      read: ({ bindings }, metric) => readPadding(bindings, metric),
    },
  },
  'udp-request': {
    inTime: {
      of: brought,
      read: ({ capture }, _, property) => {
        const times = timesToSession(capture, 'udp')
        if (times.length > 0) property('time from UDP request to session', rangeOf(times))
        return readDelays(capture, 'udp')
      },
    },
    event: { of: brought, read: ({ capture }) => readEvents(capture, 'udp') },
  },
  'udp-copies': {
    copies: { of: 'UDP Connection Request in several copies', read: ({ capture }) => readCopies(capture) },
    onlyOne: {
      of: 'two UDP Connection Requests before one session',
      read: ({ capture }) => readFurther(capture, 'udp'),
    },
  },
  'udp-in-session': inSession(one),
  'udp-in-session-several': inSession(several),
  'udp-rejected': {
    laterTs: {
      of: 'pair of UDP Connection Requests of which each brought a session',
      read: ({ capture }) => readTimestamps(capture),
    },
  },
}
