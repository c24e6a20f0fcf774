import { momentText } from '../durations.ts'
import type { BaselineRecord, KnownFailureRecord } from '../run-record.ts'
import type { ReportContent } from './report-content.ts'
import { DeviceText } from './text.tsx'

/** What changed since the baseline run, and the failures that the profile accepts for now. */
export function Baseline({ content: { record } }: { content: ReportContent }) {
  const { baseline } = record
  if (baseline === undefined) return null
  return (
    <div class="baseline">
      {baseline.run && <Changes run={baseline.run} />}
      {baseline.knownFailures.length > 0 && <KnownFailures failures={baseline.knownFailures} />}
    </div>
  )
}

function Changes({ run }: { run: NonNullable<BaselineRecord['run']> }) {
  return (
    <div>
      <h2>Since the baseline run</h2>
      <dl class="pair">
        <dt>newly broken</dt>
        <dd>
          <Ids ids={run.newlyBroken} tone="broken" />
        </dd>
        <dt>repaired</dt>
        <dd>
          <Ids ids={run.repaired} tone="kept" />
        </dd>
        <dt>baseline</dt>
        <dd class="quiet">
          <DeviceText>{run.path}</DeviceText>, {momentText(run.startedAt)}
          {run.caveats?.map(caveat => (
            <p>
              <DeviceText>{caveat}</DeviceText>
            </p>
          ))}
        </dd>
      </dl>
    </div>
  )
}

const Ids = ({ ids, tone }: { ids: readonly string[]; tone: string }) =>
  ids.length === 0 ? (
    <>0</>
  ) : (
    <>
      <b class={tone}>{ids.length}</b>:{' '}
      {ids.map((id, index) => (
        <>
          {index > 0 && ', '}
          <a class="id" href={`#${id}`}>
            {id}
          </a>
        </>
      ))}
    </>
  )

function KnownFailures({ failures }: { failures: readonly KnownFailureRecord[] }) {
  return (
    <div>
      <h2>Known failures</h2>
      <ul class="brief">
        {failures.map(({ requirement, metric, reason, until, text }) => (
          <li>
            <a class="id" href={`#${requirement}`}>
              {requirement}
            </a>{' '}
            {metric !== undefined && <code>{metric}</code>} known: <DeviceText>{reason}</DeviceText>
            {until !== undefined && `, until ${until}`}
            <p class="quiet">
              <DeviceText>{text}</DeviceText>
            </p>
          </li>
        ))}
      </ul>
    </div>
  )
}
