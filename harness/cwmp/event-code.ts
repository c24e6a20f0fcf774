import type { EventStruct, SyntaxProblem } from '../timeline/entry.ts'

/** The event of a session that a Connection Request caused. */
export const connectionRequestEvent = '6 CONNECTION REQUEST'

/** The numbered events (TR-069 3.7.1.5 Table 8). Each stands at most once in an Inform, without a CommandKey. */
export const singleEventCodes: readonly string[] = [
  '0 BOOTSTRAP',
  '1 BOOT',
  '2 PERIODIC',
  '3 SCHEDULED',
  '4 VALUE CHANGE',
  '5 KICKED',
  connectionRequestEvent,
  '7 TRANSFER COMPLETE',
  '8 DIAGNOSTICS COMPLETE',
  '9 REQUEST DOWNLOAD',
  '10 AUTONOMOUS TRANSFER COMPLETE',
  '11 DU STATE CHANGE COMPLETE',
  '12 AUTONOMOUS DU STATE CHANGE COMPLETE',
  '13 WAKEUP',
  '14 HEARTBEAT',
]

const methodsWithEvent = ['Reboot', 'ScheduleInform', 'Download', 'ScheduleDownload', 'Upload', 'ChangeDUState']

/** Most events in one Inform, longest EventCode and longest CommandKey (cwmp-1-*.xsd). */
export const mostEvents = 64
const longestEventCode = 64
const longestCommandKey = 32

/** What kind of event a code names; `unknown` when it fits no pattern exactly, spelling and spaces included. */
export type EventKind = 'single' | 'method' | 'vendor' | 'unknown'

/** Sorts an EventCode by the patterns of TR-069 3.7.1.5 Table 8. */
export function kindOfEvent(eventCode: string): EventKind {
  if (singleEventCodes.includes(eventCode)) return 'single'
  if (/^M X_\S+$/.test(eventCode) || methodsWithEvent.some(method => eventCode === `M ${method}`)) return 'method'
  return /^X \S+ .+$/.test(eventCode) ? 'vendor' : 'unknown'
}

/** Whether the event may stand only once in an Inform. */
export const isSingleEvent = (eventCode: string): boolean => kindOfEvent(eventCode) === 'single'

/** What the standard and the schema say against one event. */
export function eventProblems(event: EventStruct): SyntaxProblem[] {
  const problems: SyntaxProblem[] = []
  const { eventCode, commandKey } = event
  const spelling = eventCodeProblem(eventCode)
  if (spelling !== undefined) problems.push({ code: 'event-code', text: spelling })
  if (eventCode.length > longestEventCode)
    problems.push({ code: 'event-code-length', text: `An EventCode has ${eventCode.length} characters, more than 64.` })
  if (event.commandKeyMissing)
    problems.push({ code: 'command-key-missing', text: `The event "${eventCode}" has no CommandKey element.` })
  if (commandKey.length > longestCommandKey)
    problems.push({
      code: 'command-key-length',
      text: `A CommandKey has ${commandKey.length} characters, more than 32.`,
    })
  if (isSingleEvent(eventCode) && commandKey !== '')
    problems.push({
      code: 'command-key-of-single-event',
      text: `The event "${eventCode}" has the CommandKey "${commandKey}".`,
    })
  return problems
}

/** What the standard says against the events of one Inform taken together. */
export function eventListProblems(events: readonly EventStruct[]): SyntaxProblem[] {
  const codes = events.map(event => event.eventCode)
  const repeated = singleEventCodes.filter(single => codes.filter(code => code === single).length > 1)
  const problems = repeated.map(code => ({
    code: 'single-event-repeated',
    text: `The event "${code}" stands there twice.`,
  }))
  if (events.length > mostEvents)
    problems.push({ code: 'too-many-events', text: `The Inform has ${events.length} events, more than ${mostEvents}.` })
  return problems
}

/** What is wrong with an EventCode that fits no pattern, with the code that was probably meant. */
export function eventCodeProblem(eventCode: string): string | undefined {
  if (kindOfEvent(eventCode) !== 'unknown') return undefined
  const number = /^\s*(\d+)\b/.exec(eventCode)?.[1]
  const meant = singleEventCodes.find(code => number !== undefined && code.startsWith(`${number} `))
  return meant === undefined ? `"${eventCode}" is no event code.` : `"${eventCode}" is no event code; "${meant}" is.`
}
