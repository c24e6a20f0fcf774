import { visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText, momentText } from '../durations.ts'
import type { RunRecord } from '../run-record.ts'
import { type StandingCounts, standings, standingWords } from '../standing.ts'
import { Baseline } from './baseline-section.tsx'
import { BrokenList, UndecidedList } from './brief-lists.tsx'
import type { ReportContent } from './report-content.ts'
import { DeviceText, VirtualTimeStamp } from './text.tsx'

/** What a lab manager reads in one minute. */
export function FirstScreen({ content }: { content: ReportContent }) {
  const { record } = content
  return (
    <section id="result" class="result" aria-labelledby="result-title">
      <VirtualTimeStamp clock={record.clock} />
      <h1 id="result-title">
        Connection Request conformance of <bdi>{deviceName(record)}</bdi>
      </h1>
      <Sentence record={record} />
      <TitleBlock record={record} />
      <VerdictBar counts={content.counts} />
      <Baseline content={content} />
      <div class="block">
        <BrokenList content={content} />
      </div>
      <div class="columns">
        <UndecidedList content={content} />
        <Behaviour properties={record.properties} />
      </div>
    </section>
  )
}

/** What people call the device. */
export function deviceName({ device }: RunRecord): string {
  const name = device.name ?? [device.manufacturer, device.productClass].filter(Boolean).join(' ')
  return visibleText(name || 'an unknown device')
}

const toneOfVerdict: Record<RunRecord['verdict'], string> = {
  conformant: 'kept',
  'kept-in-part': 'kept',
  'kept-in-virtual-time': 'kept',
  'not-conformant': 'broken',
  undecided: 'undecided',
  error: 'error',
}

function Sentence({ record }: { record: RunRecord }) {
  const [head, ...rest] = record.sentence.split(':')
  const tone = head === 'NOT CONFORMANT' ? 'broken' : toneOfVerdict[record.verdict]
  return (
    <p class="sentence">
      <b class={tone}>{head}</b> <span>{rest.join(':').trim()}</span>
    </p>
  )
}

function TitleBlock({ record }: { record: RunRecord }) {
  const { device } = record
  const cells: [string, string | undefined][] = [
    ['Manufacturer', device.manufacturer],
    ['Product class', device.productClass],
    ['Serial number', device.serialNumber === undefined ? undefined : `…${device.serialNumber.slice(-4)}`],
    ['Firmware', device.firmware],
    ['Started', momentText(record.startedAt)],
    ['Duration', `${durationText(record.durationMs)}, ${record.clock} time`],
  ]
  return (
    <dl class="title-block">
      {cells.map(([label, value]) => (
        <div>
          <dt class="label">{label}</dt>
          <dd>{value === undefined ? <span class="quiet">not told</span> : <DeviceText>{value}</DeviceText>}</dd>
        </div>
      ))}
    </dl>
  )
}

function VerdictBar({ counts }: { counts: StandingCounts }) {
  return (
    <figure aria-label="Requirements by verdict">
      <div class="bar" aria-hidden="true">
        {standings
          .filter(standing => counts[standing] > 0)
          .map(standing => (
            <span class={standing} style={`flex-grow:${counts[standing]}`}>
              <i>{counts[standing]}</i>
            </span>
          ))}
      </div>
      <ul class="key">
        {standings.map(standing => (
          <li {...(counts[standing] === 0 ? { class: 'zero' } : {})}>
            <span class={`word ${standing}`}>
              {counts[standing]} {standingWords[standing]}
            </span>
          </li>
        ))}
      </ul>
    </figure>
  )
}

/** What a lab manager asks first; the rest is there on demand. */
const asked = [
  'in a session',
  'in a session, over XMPP',
  'in a session, by UDP',
  'Digest algorithms offered',
  'success reply',
  'time to the reply',
  'time from reply to session',
  'time from XMPP result to session',
  'time from UDP request to session',
  'waits before reconnecting',
  'rate limit',
]

const readAtOnce = 10

function Behaviour({ properties }: { properties: Record<string, string> }) {
  const known = Object.entries(properties)
  if (known.length === 0) return null
  const first = known.length <= readAtOnce ? known : asked.flatMap(name => known.filter(([each]) => each === name))
  const rest = known.filter(property => !first.includes(property))
  return (
    <div>
      <h2>How this device behaves</h2>
      <Properties of={first.length > 0 ? first : rest} />
      {first.length > 0 && rest.length > 0 && (
        <details>
          <summary>{rest.length} more properties</summary>
          <Properties of={rest} />
        </details>
      )}
    </div>
  )
}

const Properties = ({ of }: { of: readonly [string, string][] }) => (
  <dl class="behaviour">
    {of.map(([name, value]) => (
      <div>
        <dt>{visibleText(name)}</dt>
        <dd>
          <DeviceText>{value}</DeviceText>
        </dd>
      </div>
    ))}
  </dl>
)
