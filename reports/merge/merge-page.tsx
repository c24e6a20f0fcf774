import { renderToString } from 'preact-render-to-string'
import { stylesheet } from '../html/stylesheet.ts'
import { DeviceText, VirtualTimeStamp } from '../html/text.tsx'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { Contradictions } from './contradictions-section.tsx'
import { DevicesSection } from './devices-section.tsx'
import { MatrixSection } from './matrix-section.tsx'
import type { MergeContent } from './merge-content.ts'
import { clockOf } from './merged-verdict.ts'
import { type MergedRuns, needsLook } from './merged-runs.ts'
import { WordsSection } from './words-section.tsx'

/** Nothing may be loaded from anywhere, and nothing may run. */
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/**
 * The matrix of requirements and devices as one HTML document: no network, no scripts. What came from a device is text
 * in it, never markup.
 * @param reports by the directory of a run: the relative address of its own report, where it has one
 */
export function renderMerge(merge: MergedRuns, reports: ReadonlyMap<string, string>): string {
  const content = { merge, reports, clock: clockOf(merge.devices), rows: merge.requirements.filter(needsLook) }
  return `<!doctype html>\n${renderToString(<MergePage content={content} />)}\n`
}

function MergePage({ content }: { content: MergeContent }) {
  const { merge, clock } = content
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={contentPolicy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{visibleText(`Merged runs: ${merge.sentence}`)}</title>
        <style dangerouslySetInnerHTML={{ __html: stylesheet }} />
      </head>
      <body>
        <a class="skip" href="#result">
          To the result
        </a>
        <div class="frame">
          <Contents content={content} />
          <main>
            <Result content={content} />
            <DevicesSection content={content} />
            <MatrixSection content={content} />
            <Contradictions content={content} />
            <WordsSection clock={clock} />
            <footer>{merge.schema}. The data of this page is in merged.json and matrix.csv beside it.</footer>
          </main>
        </div>
      </body>
    </html>
  )
}

function Contents({ content: { merge, rows } }: { content: MergeContent }) {
  const entries: [id: string, title: string, count?: number][] = [
    ['result', 'Result'],
    ['devices', 'Devices', merge.devices.length],
    ['look', 'Not kept by all', rows.length],
    ['all', 'All requirements', merge.requirements.length],
    ['contradictions', 'Said differently', merge.devices.flatMap(({ contradictions }) => contradictions).length],
    ['legend', 'Legend'],
  ]
  return (
    <nav class="contents" aria-label="Contents">
      <p class="product">connreq merge</p>
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

const tones: Record<MergedRuns['verdict'], string> = {
  conformant: 'kept',
  'kept-in-part': 'kept',
  'kept-in-virtual-time': 'kept',
  'not-conformant': 'broken',
  undecided: 'undecided',
  error: 'error',
}

function Result({ content: { merge, clock } }: { content: MergeContent }) {
  const [head = '', ...rest] = merge.sentence.split(':')
  const broken = merge.devices.some(({ counts }) => counts.broken > 0)
  return (
    <section id="result" class="result" aria-labelledby="result-title">
      <VirtualTimeStamp clock={clock} />
      <h1 id="result-title">Connection Request conformance, several runs together</h1>
      <p class="sentence">
        <b class={broken ? 'broken' : tones[merge.verdict]}>{visibleText(head)}</b>{' '}
        <DeviceText>{rest.join(':').trim()}</DeviceText>
      </p>
      <ul class="brief">
        {merge.caveats.map(text => (
          <li>
            <DeviceText>{text}</DeviceText>
          </li>
        ))}
      </ul>
    </section>
  )
}
