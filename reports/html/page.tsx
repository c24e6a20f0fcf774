import { deviceName, FirstScreen } from './first-screen.tsx'
import { Findings } from './findings.tsx'
import { Lab } from './lab.tsx'
import { Legend } from './legend.tsx'
import type { ReportContent } from './report-content.ts'
import { Requirements } from './requirements.tsx'
import { Scenarios } from './scenarios.tsx'
import { stylesheet } from './stylesheet.ts'

/** Nothing may be loaded from anywhere, and nothing may run. */
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

export function Page({ content }: { content: ReportContent }) {
  const { record } = content
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={contentPolicy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{`${deviceName(record)}: ${record.sentence}`}</title>
        <style dangerouslySetInnerHTML={{ __html: stylesheet }} />
      </head>
      <body>
        <a class="skip" href="#result">
          To the result
        </a>
        <div class="frame">
          <Contents content={content} />
          <main>
            <FirstScreen content={content} />
            <Findings content={content} />
            <Scenarios content={content} />
            <Requirements content={content} />
            <Lab content={content} />
            <Legend clock={record.clock} />
            <footer>
              connreq {record.tool.version}, {record.schema}. The data of this report is in run.json and timeline.jsonl
              beside it.
            </footer>
          </main>
        </div>
      </body>
    </html>
  )
}

function Contents({ content }: { content: ReportContent }) {
  const { record, broken, errors, undecided, warnings } = content
  const entries: [id: string, title: string, count?: number][] = [
    ['result', 'Result'],
    ['findings', 'Findings', broken.length + errors.length + undecided.length + warnings.length],
    ['scenarios', 'Scenarios', record.scenarios.filter(({ verdict }) => verdict !== 'not-applicable').length],
    ['requirements', 'Requirements', record.requirements.length],
    ['lab', 'Measurement'],
    ['legend', 'Legend'],
  ]
  return (
    <nav class="contents" aria-label="Contents">
      <p class="product">connreq report</p>
      <ol>
        {entries.map(([id, title, count]) => (
          <li>
            <a href={`#${id}`}>
              <span>{title}</span>
              {count !== undefined && <span class="quiet">{count}</span>}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}
