import type { Bench } from '../harness/bench.ts'
import { chosen } from '../harness/limits.ts'
import type { Conversation } from '../harness/scenario.ts'
import { connectionRequestSessions } from '../harness/timeline/sessions.ts'
import { between, entriesOf, type Timeline, timelineOf } from '../harness/timeline/timeline.ts'

/** A request that must not cause a session. */
export interface Suspect {
  label: string
  send(bench: Bench): Promise<unknown>
}

/** How a transport's requests are told from each other on the timeline. */
export interface Suspicion {
  /** For example `a session after wrong requests`. */
  window: string
  /** Whether a request with this label was accepted: it is looked at first. */
  wasAccepted(timeline: Timeline, label: string): boolean
  /** Done before each window, for what the wrong requests refer to. */
  before?(): Promise<unknown>
}

/**
 * Sends all suspects and keeps one window for them. If a session comes, groups of them are sent again, each with a
 * window of its own, until each guilty one stands alone: a clean device pays for one window.
 * @returns whether a session came in the first window
 */
export async function keepSharedWindow(
  conversation: Conversation,
  suspects: readonly Suspect[],
  suspicion: Suspicion,
): Promise<boolean> {
  const { step } = conversation
  const guilty = await step(`Send ${suspects.length} wrong requests and watch once for all`, () =>
    play(conversation, suspects, suspicion),
  )
  if (guilty)
    await step('A session came: send each suspect with a window of its own', () =>
      narrowDown(conversation, suspects, suspicion),
    )
  return guilty
}

/** Sends the requests one after another and keeps one window. @returns whether a session came */
async function play(conversation: Conversation, suspects: readonly Suspect[], suspicion: Suspicion): Promise<boolean> {
  const { bench, watch, mark } = conversation
  await suspicion.before?.()
  await bench.rest()
  const labels = suspects.map(({ label }) => label)
  mark('wrong-begun', { labels })
  const since = bench.timeline.lastSeq
  for (const suspect of suspects) await suspect.send(bench)
  const after = (timeline: Timeline) =>
    connectionRequestSessions(timelineOf(timeline.entries.filter(({ seq }) => seq > since))).length > 0
  const seen = await watch(suspicion.window, chosen.watch(bench.facts), after)
  mark('wrong-done', { labels, seen: seen === 'seen' })
  if (seen === 'seen') await bench.rest()
  return seen === 'seen'
}

/** Halves the suspects until each guilty one stands alone: innocent groups cost one window, not one each. */
async function narrowDown(
  conversation: Conversation,
  suspects: readonly Suspect[],
  suspicion: Suspicion,
): Promise<void> {
  if (suspects.length === 1) return
  const accepted = suspects.filter(({ label }) => suspicion.wasAccepted(conversation.soFar(), label))
  const rest = suspects.filter(suspect => !accepted.includes(suspect))
  const groups = accepted.length > 0 && rest.length > 0 ? [...accepted.map(one => [one]), rest] : halves(suspects)
  for (const group of groups)
    if (await play(conversation, group, suspicion)) await narrowDown(conversation, group, suspicion)
}

const halves = <T>(items: readonly T[]) => [items.slice(0, items.length >> 1), items.slice(items.length >> 1)]

/** Labels that brought a session when they were sent alone, with the entries of the sessions that show it. */
export function guiltyLabels(timeline: Timeline): Map<string, { stretch: Timeline; sessions: number[] }> {
  const guilty = new Map<string, { stretch: Timeline; sessions: number[] }>()
  let rest = timeline
  for (const done of entriesOf(timeline, 'mark').filter(mark => mark.name === 'wrong-done')) {
    const stretch = between(rest, 'wrong-begun', 'wrong-done')
    rest = timelineOf(timeline.entries.filter(({ seq }) => seq > done.seq))
    const labels = done.data?.['labels'] as string[]
    const [label] = labels
    if (labels.length !== 1 || label === undefined || done.data?.['seen'] !== true) continue
    guilty.set(label, { stretch, sessions: connectionRequestSessions(stretch).map(({ seq }) => seq) })
  }
  return guilty
}
