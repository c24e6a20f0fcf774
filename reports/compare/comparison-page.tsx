import { renderToString } from 'preact-render-to-string'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { type ContentsEntry, Document } from '../html/document.tsx'
import { ShiftPlot } from '../html/shift-plot.tsx'
import { shiftPlotStyles } from '../html/shift-plot-styles.ts'
import { DeviceText, Section } from '../html/text.tsx'
import { ChangedValues } from './changed-values.tsx'
import { type Comparison, type RequirementChangeKind, requirementChangeKinds } from './comparison.ts'
import type { ComparisonView, RunReports } from './comparison-view.ts'
import { comparisonSentence } from './comparison-text.ts'
import { wordings } from './change-words.ts'
import { OneRunOnly } from './one-run-only.tsx'
import { KindSection, kindTitle } from './requirement-change-section.tsx'
import { RunHeads } from './run-heads.tsx'

/**
 * A comparison as one HTML document, what matters most first: no network, no scripts. What came from a device is text
 * in it, never markup.
 */
export function renderComparison(comparison: Comparison, reports: RunReports = {}): string {
  const clock = [comparison.before, comparison.after].some(run => run.clock === 'virtual') ? 'virtual' : 'real'
  return `<!doctype html>\n${renderToString(<ComparisonPage view={{ comparison, reports, clock }} />)}\n`
}

function ComparisonPage({ view }: { view: ComparisonView }) {
  const { comparison, clock } = view
  const { caveats, circumstances, timing, properties } = comparison
  return (
    <Document
      title={visibleText(`Comparison: ${comparisonSentence(comparison)}`)}
      product="connreq compare"
      contents={contentsOf(comparison)}
      styles={styles + shiftPlotStyles}
    >
      <section id="result" class="result" aria-labelledby="result-title">
        <h1 id="result-title">Two runs compared</h1>
        <Sentence comparison={comparison} />
        <RunHeads view={view} />
        {caveats.length > 0 && (
          <ul class="brief mind" aria-label="Mind">
            {caveats.map(text => (
              <li>
                <DeviceText>{text}</DeviceText>
              </li>
            ))}
          </ul>
        )}
      </section>
      {shownKinds(comparison).map(kind => (
        <KindSection kind={kind} changes={comparison.requirements[kind]} view={view} />
      ))}
      <Section id="timing" title="Times that shifted" clock={clock}>
        <ShiftPlot shifts={timing} />
      </Section>
      <Section id="behaviour" title="Behaviour that changed" clock={clock}>
        <ChangedValues label="Behaviour of the device" changes={properties} none="The device behaves as before." />
      </Section>
      <Section id="circumstances" title="Different circumstances" clock={clock}>
        <ChangedValues
          label="Device, tool, clock and profile"
          changes={circumstances}
          none="Device, tool, clock and profile are the same."
        />
      </Section>
      <OneRunOnly view={view} />
      <footer>{comparison.schema}. The data of this page: connreq compare --format json.</footer>
    </Document>
  )
}

const styles = `
.mind{margin-top:1.5rem;border-left:4px solid var(--warning);padding-left:1rem}.mind li:last-child{border-bottom:0}
.heads{table-layout:fixed;overflow-wrap:anywhere}.heads :is(th,td):first-child{width:6.25rem}.heads thead th{white-space:normal}
.values{table-layout:fixed;overflow-wrap:anywhere}.values tbody th{white-space:normal}
.groups{table-layout:fixed;overflow-wrap:anywhere}.groups :is(th,td):first-child{width:14rem}.groups tbody th{white-space:normal}
.ids{display:flex;flex-wrap:wrap;gap:.1rem .75rem;font-family:var(--mono);font-size:.875em}.ids li{white-space:nowrap}
.card .change{padding-top:.9rem}.card .change+.change{border-top:1px solid var(--rule)}.card .change>.part:last-child{padding-bottom:.9rem}.card .change>.against:last-child{border-bottom:0}
.card .against{margin-left:-1.25rem;margin-right:-1.25rem}
.against p{margin-top:.35rem}
@media(max-width:38rem){.card .against{margin-left:-.9rem;margin-right:-.9rem}}
`

const shownKinds = ({ requirements }: Comparison): RequirementChangeKind[] =>
  requirementChangeKinds.filter(kind => kind === 'newlyBroken' || requirements[kind].length > 0)

function contentsOf(comparison: Comparison): ContentsEntry[] {
  const { requirements, timing, properties, circumstances, scenarios, metrics } = comparison
  const ofOne = [scenarios, metrics].flatMap(({ gone, added }) => [...gone, ...added]).length
  return [
    ['result', 'Result'],
    ...shownKinds(comparison).map((kind): ContentsEntry => [kind, kindTitle(kind), requirements[kind].length]),
    ['timing', 'Times', timing.length],
    ['behaviour', 'Behaviour', properties.length],
    ['circumstances', 'Circumstances', circumstances.length],
    ['one-run', 'In one run only', ofOne],
  ]
}

function Sentence({ comparison }: { comparison: Comparison }) {
  const sentence = comparisonSentence(comparison)
  const head = /^[A-Z ]+(?=[: ])/.exec(sentence)?.[0].trim() ?? sentence
  const rest = sentence.slice(head.length).replace(/^:/, '').trim()
  const tone = comparison.requirements.newlyBroken.length > 0 ? wordings.newlyBroken.color : 'kept'
  return (
    <p class="sentence">
      <b class={tone}>{head}</b> <span>{visibleText(rest)}</span>
    </p>
  )
}
