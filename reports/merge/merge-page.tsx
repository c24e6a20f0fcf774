import { renderToString } from 'preact-render-to-string'
import { type ContentsEntry, Document } from '../html/document.tsx'
import { DeviceText, VirtualTimeStamp } from '../html/text.tsx'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { Contradictions } from './contradictions-section.tsx'
import { DevicesSection } from './devices-section.tsx'
import { MatrixSection } from './matrix-section.tsx'
import type { MergeContent } from './merge-content.ts'
import { clockOf } from './merged-verdict.ts'
import { type MergedRuns, needsLook } from './merged-runs.ts'
import { WordsSection } from './words-section.tsx'

/**
 * The matrix of requirements and devices as one HTML document: no network, no scripts. What came from a device is text
 * in it, never markup.
 * @param reports by the directory of a run: the relative address of its own report, where it has one
 */
export function renderMerge(merge: MergedRuns, reports: ReadonlyMap<string, string>): string {
  const content = {
    merge,
    reports,
    clock: clockOf(merge.devices),
    rows: merge.requirements.filter(row => needsLook(row, merge.devices)),
  }
  return `<!doctype html>\n${renderToString(<MergePage content={content} />)}\n`
}

function MergePage({ content }: { content: MergeContent }) {
  const { merge, clock } = content
  return (
    <Document
      title={visibleText(`Merged runs: ${merge.sentence}`)}
      product="connreq merge"
      contents={contentsOf(content)}
    >
      <Result content={content} />
      <DevicesSection content={content} />
      <MatrixSection content={content} />
      <Contradictions content={content} />
      <WordsSection clock={clock} />
      <footer>{merge.schema}. The data of this page is in merged.json and matrix.csv beside it.</footer>
    </Document>
  )
}

const contentsOf = ({ merge, rows }: MergeContent): ContentsEntry[] => [
  ['result', 'Result'],
  ['devices', 'Devices', merge.devices.length],
  ['look', 'Not kept by all', rows.length],
  ['all', 'All requirements', merge.requirements.length],
  ['contradictions', 'Said differently', merge.devices.flatMap(({ contradictions }) => contradictions).length],
  ['legend', 'Legend'],
]

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
