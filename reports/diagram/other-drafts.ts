import { describe } from '../../harness/timeline/describe.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import type { Draft } from './draft.ts'

/** What happened on no wire and yet belongs to the course of things. */
export function otherDraft(entry: Entry): Draft | undefined {
  switch (entry.type) {
    case 'suspended':
    case 'wait-timed-out':
    case 'harness-error':
    case 'control':
    case 'waiting-for-device':
    case 'provisioned':
    case 'restored':
      return { row: 'event', text: describe(entry) }
    case 'scenario-ended':
      return entry.how === 'completed' ? undefined : { row: 'event', text: describe(entry) }
    default:
      return undefined
  }
}
