import { type ContentsEntry, Document } from './document.tsx'
import { FilterBar } from './filter-bar.tsx'
import { deviceName, FirstScreen } from './first-screen.tsx'
import { Findings } from './findings.tsx'
import { Keys } from './keys.tsx'
import { Lab } from './lab.tsx'
import { Legend } from './legend.tsx'
import type { ReportContent } from './report-content.ts'
import { reportScript } from './report-script.ts'
import { reportStyles } from './report-styles.ts'
import { Requirements } from './requirements.tsx'
import { Scenarios } from './scenarios.tsx'
import { Section } from './text.tsx'
import { TimingPlots } from './timing-plots.tsx'

export function Page({ content }: { content: ReportContent }) {
  const { record } = content
  return (
    <Document
      title={`${deviceName(record)}: ${record.sentence}`}
      product="connreq report"
      contents={contentsOf(content)}
      styles={reportStyles}
      script={reportScript()}
    >
      <FirstScreen content={content} />
      <FilterBar content={content} />
      <Findings content={content} />
      <Scenarios content={content} />
      <Requirements content={content} />
      <Section id="timing" title="Timing" clock={record.clock}>
        <TimingPlots timings={content.timings} />
      </Section>
      <Lab content={content} />
      <Legend clock={record.clock} />
      <Keys />
      <footer>
        connreq {record.tool.version}, {record.schema}. The data of this report is in run.json and timeline.jsonl beside
        it.
      </footer>
    </Document>
  )
}

function contentsOf({ record, playings, broken, errors, undecided, warnings }: ReportContent): ContentsEntry[] {
  return [
    ['result', 'Result'],
    ['findings', 'Findings', broken.length + errors.length + undecided.length + warnings.length],
    ['scenarios', 'Scenarios', new Set(playings.map(({ scenario }) => scenario.id)).size],
    ['requirements', 'Requirements', record.requirements.length],
    ['timing', 'Timing'],
    ['lab', 'Measurement'],
    ['legend', 'Legend'],
  ]
}
