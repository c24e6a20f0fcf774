import type { ComponentChildren } from 'preact'
import type { Milliseconds } from '../../harness/clock/clock.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText } from '../../reports/durations.ts'
import { DeviceText, Word } from '../../reports/html/text.tsx'
import { standingFor, standings, standingWords } from '../../reports/standing.ts'
import { remainingMs } from '../../reports/terminal/progress-state.ts'
import { requirement } from '../../suites/catalogue/catalogue.ts'
import type { FinishedScenario, LiveState } from './live-state.ts'
import { countsSoFar, findingsSoFar, type FindingSoFar } from './so-far.ts'

/** How far the run is, and what is kept and broken until now. */
export function Head({ state, now }: { state: LiveState; now: Milliseconds }) {
  const { done, total } = howFar(state)
  const counts = countsSoFar(state.finished.map(({ outcome }) => outcome))
  const shown = standings.filter(standing => counts[standing] > 0)
  const remaining = state.ended ? 0 : remainingMs(state.progress, now)
  return (
    <>
      <p class="far">
        <b>{farText(state)}</b>
        {remaining > 0 && <span class="quiet"> at least {durationText(wholeSeconds(remaining))} to go</span>}
      </p>
      <progress max={Math.max(1, total)} value={done} aria-label="Scenarios played" />
      {shown.length === 0 ? (
        <p class="quiet">Nothing is judged yet.</p>
      ) : (
        <ul class="key" aria-label="Requirements so far">
          {shown.map(standing => (
            <li>
              <span class={`word ${standing}`}>
                {counts[standing]} {standingWords[standing]}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function howFar({ progress, repeat }: LiveState): { done: number; total: number } {
  return { done: progress.ended, total: Math.max(progress.total * repeat, progress.ended) }
}

/** How far the run is, in a few words. */
export function farText(state: LiveState): string {
  const { done, total } = howFar(state)
  if (state.ended) return `The run has ended: ${total === 1 ? 'one scenario was' : `${done} scenarios were`} played.`
  if (!state.started) return 'The run is starting.'
  if (total === 0) return 'The device is met.'
  if (state.progress.scenario) return `Scenario ${done + 1} of ${Math.max(total, done + 1)}`
  return done === total ? `All ${total} scenarios were played` : `${done} of ${total} scenarios were played`
}

/** What is going on: whose turn it is, what is watched or waited for, and how long still. */
export function Now({ state }: { state: LiveState }) {
  const { progress, scenario, ended } = state
  const { watch, waiting, step, turn } = progress
  if (ended)
    return (
      <p>
        {endWords[ended.how]}
        {ended.reason !== undefined && (
          <>
            {': '}
            <DeviceText>{ended.reason}</DeviceText>
          </>
        )}
      </p>
    )
  return (
    <>
      {turn && (
        <div class="turn" role="alert">
          <p>
            Your turn: <DeviceText>{turn.sentence}</DeviceText>
          </p>
          {turn.ms !== undefined && (
            <Window state={state} window={{ ...turn, ms: turn.ms }}>
              The device shows by itself when it is done
            </Window>
          )}
        </div>
      )}
      {progress.scenario && scenario && (
        <p>
          <code>{scenario.begun.scenario}</code>
          {scenario.begun.repetition > 1 && `, repetition ${scenario.begun.repetition}`}
          {step !== undefined && (
            <>
              {': '}
              <DeviceText>{step}</DeviceText>
            </>
          )}
        </p>
      )}
      {waiting && (
        <Window state={state} window={waiting}>
          The device's turn: <DeviceText>{waiting.what}</DeviceText>
        </Window>
      )}
      {watch && (
        <Window state={state} window={watch}>
          Watching for <DeviceText>{watch.for}</DeviceText>
        </Window>
      )}
      {!progress.scenario && !waiting && <p class="quiet">Between two scenarios, or before the first.</p>}
    </>
  )
}

const endWords = {
  completed: 'The run came to its end',
  interrupted: 'The run was interrupted',
  'broken-off': 'The run was broken off',
}

/** Something with a length of time, which a script counts down. In virtual time there is nothing to count. */
function Window(props: {
  state: LiveState
  window: { ms: Milliseconds; begunAt: Milliseconds }
  children: ComponentChildren
}) {
  const { ms, begunAt } = props.window
  const runs = props.state.started?.clock === 'real'
  return (
    <p class="counting">
      {props.children},{' '}
      <b {...(runs ? { 'data-until': begunAt + ms, 'data-whole': ms } : {})}>
        {runs ? `at most ${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 1000)} s of virtual time`}
      </b>
    </p>
  )
}

/** What a person needs to know besides. */
export function Notices({ state }: { state: LiveState }) {
  if (state.notices.length === 0) return null
  return (
    <ul class="notices">
      {state.notices.map(notice => (
        <li>
          <DeviceText>{notice}</DeviceText>
        </li>
      ))}
    </ul>
  )
}

/** What was found until now, the worst first. */
export function FindingsSoFar({ state }: { state: LiveState }) {
  const findings = findingsSoFar(state.finished.map(({ outcome }) => outcome))
  if (findings.length === 0) return <p class="quiet">Nothing was found broken or undecided so far.</p>
  return (
    <ul class="brief">
      {findings.map(finding => (
        <Finding {...finding} />
      ))}
    </ul>
  )
}

function Finding({ outcome, metric }: FindingSoFar) {
  const { clause, sentence } = requirement(metric.requirement)
  const rows: [string, string | undefined][] = [
    ['expected', metric.expected?.join(', or ')],
    ['seen', metric.actual],
    ['because', metric.reason],
  ]
  return (
    <li>
      <Word standing={standingFor(metric.verdict)} /> <span class="id">{metric.requirement}</span>{' '}
      <span class="quiet">{clause}</span> {sentence}
      <dl class="pair">
        {rows.map(
          ([label, text]) =>
            text !== undefined && (
              <>
                <dt>{label}</dt>
                <dd>
                  <DeviceText>{text}</DeviceText>
                </dd>
              </>
            ),
        )}
        <dt>in</dt>
        <dd>
          <code>{outcome.id}</code>
          {outcome.repetition > 1 && `, repetition ${outcome.repetition}`}
        </dd>
      </dl>
    </li>
  )
}

/** A scenario that is over, with everything that was judged in it. */
export function Finished({ finished: { outcome, durationMs } }: { finished: FinishedScenario }) {
  return (
    <details data-key={finishedId(outcome)}>
      <summary>
        <Word standing={standingFor(outcome.verdict)} /> <code>{outcome.id}</code>
        {outcome.repetition > 1 && `, repetition ${outcome.repetition}`} {visibleText(outcome.title)}{' '}
        <span class="quiet">{durationText(durationMs)}</span>
      </summary>
      {outcome.reason !== undefined && (
        <p>
          <DeviceText>{outcome.reason}</DeviceText>
        </p>
      )}
      <ul class="judged-metrics">
        {outcome.metrics.map(metric => (
          <li>
            <Word standing={standingFor(metric.verdict)} /> <span class="id">{metric.requirement}</span>{' '}
            {metric.sentence} <DeviceText>{metric.actual ?? metric.reason ?? ''}</DeviceText>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** The part of the page that a finished scenario is. */
export const finishedId = ({ id, repetition }: FinishedScenario['outcome']) => `live-finished-${id}-${repetition}`

const wholeSeconds = (ms: Milliseconds) => Math.ceil(ms / 1000) * 1000
