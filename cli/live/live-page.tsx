import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { Milliseconds } from '../../harness/clock/clock.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { Document } from '../../reports/html/document.tsx'
import { reportScript } from '../../reports/html/report-script.ts'
import { sequenceDiagramStyles } from '../../reports/html/sequence-diagram-styles.ts'
import { Section, VirtualTimeStamp } from '../../reports/html/text.tsx'
import { CurrentScenario } from './current-scenario.tsx'
import { liveScript } from './live-script.ts'
import { farText, Finished, FindingsSoFar, finishedId, Head, Notices, Now } from './live-sections.tsx'
import type { LiveState } from './live-state.ts'
import { liveStyles } from './live-styles.ts'
import type { LiveSection } from './section-store.ts'
import { findingsSoFar } from './so-far.ts'

/** What begins the id of the part that a finished scenario is. */
const ofFinished = 'live-finished-'

/** The parts of the page as they are now. Those of finished scenarios never change and are left to `finishedSection`. */
export function changingSections(state: LiveState, now: Milliseconds): LiveSection[] {
  return [
    section('live-head', <Head state={state} now={now} />),
    section('live-now', <Now state={state} />),
    section('live-notices', <Notices state={state} />),
    section('live-course', <CurrentScenario scenario={state.scenario} />),
    section('live-findings', <FindingsSoFar state={state} />),
    section('live-title', <>{titleOf(state)}</>),
  ]
}

/** The part of the page that a finished scenario is. */
export const finishedSection = (finished: LiveState['finished'][number]): LiveSection =>
  section(finishedId(finished.outcome), <Finished finished={finished} />)

const section = (id: string, content: ComponentChildren): LiveSection => ({
  id,
  html: renderToString(<>{content}</>),
})

/** What a tab of a browser shows. */
function titleOf(state: LiveState): string {
  const broken = findingsSoFar(state.finished.map(({ outcome }) => outcome)).filter(
    ({ metric }) => metric.verdict === 'fail',
  )
  const found = broken.length > 0 ? `, ${broken.length} broken` : ''
  return visibleText(`${farText(state)}${found} – ${state.device}`)
}

/**
 * The whole page.
 * @param page.now the time of the run, from which the page counts windows down
 */
export function livePage(page: {
  device: string
  clock: 'real' | 'virtual'
  sections: readonly LiveSection[]
  /** Where the stream of changes goes on. */
  since: string
  now: Milliseconds
}): string {
  const { device, clock, sections, since, now } = page
  const part = (id: string) => <Part section={sections.find(section => section.id === id) ?? { id, html: '' }} />
  return `<!doctype html>\n${renderToString(
    <Document
      title={`Live: ${visibleText(device)}`}
      product="connreq live"
      contents={[
        ['result', 'Now'],
        ['scenario', 'This scenario'],
        ['findings', 'Findings so far'],
        ['finished', 'Finished scenarios'],
      ]}
      styles={`${sequenceDiagramStyles}${liveStyles}`}
      script={liveScript()}
      connects="self"
      scriptOfOpened={reportScript()}
    >
      <section id="result" class="result" aria-labelledby="result-title" data-since={since} data-now={now}>
        <p id="live-connection" class="connection" role="status">
          a moment of the run
        </p>{' '}
        <VirtualTimeStamp clock={clock} />
        <h1 id="result-title">Connection Request conformance of {visibleText(device)}, as it is tested</h1>
        {part('live-head')}
        <h2 class="label">Now</h2>
        {part('live-now')}
        {part('live-notices')}
        <p id="live-report" hidden />
        <div hidden>{part('live-title')}</div>
      </section>
      <Section id="scenario" title="This scenario" clock={clock}>
        {part('live-course')}
      </Section>
      <Section id="findings" title="Findings so far" clock={clock}>
        {part('live-findings')}
      </Section>
      <Section id="finished" title="Finished scenarios" clock={clock}>
        <div id="live-finished">
          {sections
            .filter(({ id }) => id.startsWith(ofFinished))
            .map(finished => (
              <Part section={finished} />
            ))}
        </div>
      </Section>
      <noscript>
        <p class="lead">Without scripts this page stays as it is; load it again to see how the run goes on.</p>
      </noscript>
    </Document>,
  )}\n`
}

const Part = ({ section: { id, html } }: { section: LiveSection }) => (
  <div id={id} dangerouslySetInnerHTML={{ __html: html }} />
)
