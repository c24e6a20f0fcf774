import { durationText } from '../../reports/durations.ts'
import { sourceText } from '../../reports/measurement.ts'
import type { Action } from './actions.ts'
import { plain } from './markdown.ts'

type Request = Extract<Action, { kind: 'request' }>

/** A procedure as a numbered list; what belongs to a step stands below it. */
export const procedureLines = (actions: readonly Action[]): string[] =>
  bundled(actions).flatMap((bundle, index) => bundleLines(bundle, `${index + 1}.`, ''))

/** Requests of one kind that follow each other are one line. */
type Bundle = Exclude<Action, Request> | [Request, ...Request[]]

function bundled(actions: readonly Action[]): Bundle[] {
  const bundles: Bundle[] = []
  for (const action of actions) {
    const last = bundles.at(-1)
    if (action.kind !== 'request') bundles.push(action)
    else if (Array.isArray(last) && isAlike(last[0], action)) last.push(action)
    else bundles.push([action])
  }
  return bundles
}

const isAlike = (one: Request, other: Request) =>
  one.transport === other.transport && one.forSession === other.forSession

function bundleLines(bundle: Bundle, mark: string, indent: string): string[] {
  if (Array.isArray(bundle)) return [`${indent}${mark} ${requestsText(bundle)}`]
  const below = `${indent}${' '.repeat(mark.length + 1)}`
  return [
    `${indent}${mark} ${bundle.kind === 'step' ? `${plain(bundle.text)}.` : windowText(bundle)}`,
    ...bundled(bundle.parts.filter(part => !isSaidBy(bundle.text, part))).flatMap(part =>
      bundleLines(part, '-', below),
    ),
  ]
}

/** The step's own words name the request already. */
const isSaidBy = (step: string, part: Action) =>
  part.kind === 'request' && step.toLowerCase().includes(part.text.toLowerCase())

function requestsText(requests: readonly [Request, ...Request[]]): string {
  const [{ transport, forSession }] = requests
  const what = requests.map(({ text }) => plain(text)).join('; ')
  if (forSession) return `${requests.length > 1 ? 'Sessions' : 'Session'} asked for by ${transport}: ${what}.`
  return `${requests.length > 1 ? 'Requests' : 'Request'} by ${transport}: ${what}.`
}

const windowText = ({ text, limit }: Extract<Action, { kind: 'window' }>) =>
  `Window of ${durationText(limit.ms)}: ${plain(text)} (${plain(sourceText(limit))}).`
