import { describe } from '../../harness/timeline/describe.ts'
import type { Entry, EntryType } from '../../harness/timeline/entry.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'

/** What happened on no wire and yet explains what comes next. */
const explaining: ReadonlySet<EntryType> = new Set([
  'control',
  'datagrams-not-recorded',
  'harness-error',
  'http-cr-unanswered',
  'http-refused',
  'run-ended',
  'scenario-ended',
  'stun-withheld',
  'suspended',
  'udp-cr-failed',
  'wait-timed-out',
  'watch-begun',
  'watch-ended',
  'xmpp-cr-unanswered',
  'xmpp-tls-established',
  'xmpp-tls-failed',
])

const mostExplanations = 10

/** What is going on when a packet is sent, in words for its comments. */
export interface Circumstances {
  /** To be told of every entry. `onWire`: packets carry its description. */
  follow(entry: Entry, onWire: 'packets' | 'nothing'): void
  /** The comments for the first packet of the entry; what explains it is told once. */
  commentsOn(entry: Entry): string[]
}

export function createCircumstances(): Circumstances {
  let scenario: string | undefined
  let step: string | undefined
  let before: string[] = []
  return {
    follow(entry, onWire) {
      if (entry.type === 'scenario-begun') scenario = `${entry.scenario}: ${entry.title}`
      else if (entry.type === 'scenario-ended') scenario = undefined
      else if (entry.type === 'step-begun') step = entry.text
      if (entry.type === 'scenario-begun' || entry.type === 'scenario-ended' || entry.type === 'step-ended')
        step = undefined
      if (onWire === 'nothing' && explaining.has(entry.type))
        before = [...before, numbered(entry)].slice(-mostExplanations)
    },
    commentsOn(entry) {
      const comments = [
        numbered(entry),
        ...(scenario === undefined ? [] : [visibleText(`Scenario ${scenario}`)]),
        ...(step === undefined ? [] : [visibleText(`Step: ${step}`)]),
        ...before.map(text => `Before it: ${text}`),
      ]
      before = []
      return comments
    },
  }
}

const numbered = (entry: Entry) => `Entry ${entry.seq}: ${describe(entry)}`
