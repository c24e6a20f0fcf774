import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText, measuredText, momentText } from '../durations.ts'
import { comparedFacts } from '../compared-facts.ts'
import { sourceText } from '../measurement.ts'
import type { RunRecord } from '../run-record.ts'
import { entryAnchor } from './anchors.ts'
import type { ReportContent } from './report-content.ts'
import { DeviceText, Section, TableFrame } from './text.tsx'

const longestData = 40_000
const longestCell = 60

/** How it was measured: tools, limits, what was declared and found, and what nobody expected. */
export function Lab({ content: { record, timelineSha256 } }: { content: ReportContent }) {
  return (
    <Section id="lab" title="How it was measured" clock={record.clock}>
      <dl class="title-block">
        {facts(record).map(([label, value]) => (
          <div {...(value.length > longestCell ? { class: 'wide' } : {})}>
            <dt class="label">{label}</dt>
            <dd>
              <DeviceText>{value}</DeviceText>
            </dd>
          </div>
        ))}
      </dl>
      {timelineSha256 !== undefined && (
        <p class="sum">
          <span class="label">SHA-256 of timeline.jsonl</span> <code>{timelineSha256}</code>
        </p>
      )}
      <Remarks remarks={record.remarks} />
      <Facts record={record} />
      <Data title="The whole profile as it was used" value={record.profile} />
      <Data title="All that the probe found" value={record.probe} />
      <Limits limits={record.limits} />
    </Section>
  )
}

function facts(record: RunRecord): [string, string][] {
  const { tool, lab, timing, ended } = record
  return [
    ['connreq', tool.commit === undefined ? tool.version : `${tool.version} (${tool.commit.slice(0, 12)})`],
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

function Facts({ record }: { record: RunRecord }) {
  const compared = comparedFacts(record)
  if (compared.length === 0) return null
  const differing = compared.filter(({ differs }) => differs).length
  return (
    <div class="group">
      <h3 id="facts">The profile as used, and what the probe found</h3>
      <p class="quiet">
        {differing === 0
          ? 'No fact contradicts another.'
          : `${differing} of ${compared.length} differ; they are marked.`}
      </p>
      <TableFrame label="The profile as used, and what the probe found">
        <table class="facts stacks" aria-labelledby="facts">
          <thead>
            <tr>
              <th scope="col">Fact</th>
              <th scope="col">Profile</th>
              <th scope="col">Found</th>
            </tr>
          </thead>
          <tbody>
            {compared.map(({ fact, declared, found, differs }) => (
              <tr {...(differs ? { class: 'differs' } : {})}>
                <th scope="row">
                  {fact}
                  {differs && <span class="warning"> differs</span>}
                </th>
                <td data-label="profile">{declared === undefined ? <None /> : <DeviceText>{declared}</DeviceText>}</td>
                <td data-label="found">{found === undefined ? <None /> : <DeviceText>{found}</DeviceText>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </div>
  )
}

const None = () => <span class="none">not told</span>

function Limits({ limits }: { limits: RunRecord['limits'] }) {
  if (limits.length === 0) return null
  return (
    <div class="group">
      <div>
        <h3 id="limits">Limits</h3>
        <TableFrame label="Limits that were used">
          <table aria-labelledby="limits">
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
      <pre class="data" tabIndex={0} role="group" aria-label={title}>
        {shortenedText(jsonText(value), longestData)}
      </pre>
    </details>
  )
}

/** Only the line ends of the layout stay as they are. */
const jsonText = (value: unknown) => JSON.stringify(value, null, 2).split('\n').map(visibleText).join('\n')
