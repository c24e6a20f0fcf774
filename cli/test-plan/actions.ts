import type { Entry, EntryType } from '../../harness/timeline/entry.ts'
import type { Limit } from '../../harness/verdict/limit.ts'

/** What is done in a scenario: a step, a window that is kept, or a Connection Request. */
export type Action =
  | { kind: 'step'; text: string; parts: Action[] }
  /** `text` says what is watched for. */
  | { kind: 'window'; text: string; limit: Limit; parts: Action[] }
  /** The `text` of one that brings a session for something to be done in it says what. */
  | { kind: 'request'; transport: Transport; text: string; forSession: boolean }

type Transport = 'HTTP' | 'UDP' | 'XMPP'

const transports: Partial<Record<EntryType, Transport>> = {
  'http-cr-sent': 'HTTP',
  'udp-cr-sent': 'UDP',
  'xmpp-cr-sent': 'XMPP',
}
const sessionLabel = /^for a session: /

/** The steps, windows and Connection Requests among the entries of a scenario, each within what was going on. */
export function actionsIn(entries: readonly Entry[]): Action[] {
  const top: Action[] = []
  const open: Exclude<Action, { kind: 'request' }>[] = []
  const limits = new Map<string, Limit>()
  const siblings = () => open.at(-1)?.parts ?? top
  const begin = (action: (typeof open)[number]) => {
    siblings().push(action)
    open.push(action)
  }
  const end = (kind: Action['kind'], text: string) => {
    const index = open.findLastIndex(action => action.kind === kind && action.text === text)
    if (index >= 0) open.splice(index)
  }
  for (const entry of entries) {
    if (entry.type === 'limit-used') limits.set(entry.name, entry)
    else if (entry.type === 'step-begun') begin({ kind: 'step', text: entry.text, parts: [] })
    else if (entry.type === 'step-ended') end('step', entry.text)
    else if (entry.type === 'watch-begun') begin(windowOf(entry, limits.get(entry.for)))
    else if (entry.type === 'watch-ended') end('window', entry.for)
    else if ('label' in entry) addRequest(siblings(), entry)
  }
  return top
}

const windowOf = ({ for: text, ms }: { for: string; ms: number }, limit: Limit | undefined) => ({
  kind: 'window' as const,
  text,
  limit: limit ? { ms, source: limit.source, why: limit.why } : { ms, source: 'ours' as const, why: 'a pause' },
  parts: [],
})

/** A request that gets a challenge, has copies or is repeated is one. */
function addRequest(actions: Action[], { type, label }: { type: EntryType; label: string }): void {
  const transport = transports[type]
  if (transport === undefined) return
  const text = label.replace(sessionLabel, '')
  const isKnown = actions.some(
    action => action.kind === 'request' && action.transport === transport && action.text === text,
  )
  if (!isKnown) actions.push({ kind: 'request', transport, text, forSession: sessionLabel.test(label) })
}
