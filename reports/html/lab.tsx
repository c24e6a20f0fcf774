import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText, measuredText, momentText } from '../durations.ts'
import type { RunRecord } from '../run-record.ts'
import { sourceText } from '../measurement.ts'
import { entryAnchor } from './anchors.ts'
import type { ReportContent } from './report-content.ts'
import { DeviceText, Section, TableFrame } from './text.tsx'

const longestData = 40_000

/** How it was measured: tools, limits, what was declared and found, and what nobody expected. */
export function Lab({ content: { record } }: { content: ReportContent }) {
  return (
    <Section id="lab" title="How it was measured" clock={record.clock}>
      <dl class="title-block">
        {facts(record).map(([label, value]) => (
          <div>
            <dt class="label">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Limits limits={record.limits} />
      <Remarks remarks={record.remarks} />
      <Data title="The profile as it was used" value={record.profile} />
      <Data title="What the probe found" value={record.probe} />
    </Section>
  )
}

function facts(record: RunRecord): [string, string][] {
  const { tool, lab, timing, ended } = record
  return [
    ['connreq', tool.commit === undefined ? tool.version : `${tool.version} (${tool.commit})`],
    ['Node.js', `${lab.node}, ${lab.platform}`],
    ['Clock', record.clock],
    ['Finished', momentText(record.finishedAt)],
    ['The run', ended.reason === undefined ? ended.how : `${ended.how}: ${ended.reason}`],
    ['Planned windows', durationText(timing.lowerBoundMs)],
    ['Own delay at most', measuredText(timing.loopDelayMaxMs)],
    ...(lab.simulated
      ? ([
          ['Simulated device', [...lab.simulated.faults, ...lab.simulated.variants].join(', ') || 'without faults'],
        ] as [string, string][])
      : []),
  ]
}

function Limits({ limits }: { limits: RunRecord['limits'] }) {
  if (limits.length === 0) return null
  return (
    <div class="columns">
      <div>
        <h3>Limits</h3>
        <TableFrame label="Limits that were used">
          <table>
            <thead>
              <tr>
                <th scope="col">For</th>
                <th scope="col">Limit</th>
                <th scope="col">Who chose it</th>
              </tr>
            </thead>
            <tbody>
              {limits.map(limit => (
                <tr>
                  <td>
                    <DeviceText>{limit.name}</DeviceText>
                  </td>
                  <td>{measuredText(limit.ms)}</td>
                  <td>{sourceText(limit)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      </div>
    </div>
  )
}

function Remarks({ remarks }: { remarks: RunRecord['remarks'] }) {
  if (remarks.length === 0) return null
  return (
    <div class="columns">
      <div>
        <h3>What nobody expected</h3>
        <ul class="brief">
          {remarks.map(({ text, count, evidence }) => (
            <li>
              <DeviceText>{text}</DeviceText>{' '}
              <span class="quiet">
                {count === 1 ? 'once' : `${count} times`}, first in{' '}
                <a href={`#${entryAnchor(evidence[0] ?? 0)}`}>{evidence[0]}</a>
              </span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function Data({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return null
  return (
    <details>
      <summary>{title}</summary>
      <pre class="data">{shortenedText(jsonText(value), longestData)}</pre>
    </details>
  )
}

/** Only the line ends of the layout stay as they are. */
const jsonText = (value: unknown) => JSON.stringify(value, null, 2).split('\n').map(visibleText).join('\n')
