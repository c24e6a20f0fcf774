import { durationText, momentText } from '../durations.ts'
import { DeviceText, TableFrame } from '../html/text.tsx'
import { toolText } from './circumstances.ts'
import type { RunHead } from './comparison.ts'
import type { ComparisonView } from './comparison-view.ts'

/** Who was tested when, before and after. */
export function RunHeads({ view: { comparison, reports } }: { view: ComparisonView }) {
  const runs = [comparison.before, comparison.after]
  return (
    <TableFrame label="The two runs">
      <table class="heads">
        <thead>
          <tr>
            <td />
            <Heading title="Before" report={reports.before} />
            <Heading title="After" report={reports.after} />
          </tr>
        </thead>
        <tbody>
          {facts.map(([name, factOf]) => (
            <tr>
              <th scope="row">{name}</th>
              {runs.map(run => (
                <td>
                  <DeviceText>{factOf(run)}</DeviceText>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

const Heading = ({ title, report }: { title: string; report: string | undefined }) => (
  <th scope="col">{report === undefined ? title : <a href={report}>{`${title}: its report`}</a>}</th>
)

const facts: [name: string, factOf: (run: RunHead) => string][] = [
  ['Device', ({ device }) => nameOf(device)],
  ['Firmware', ({ device }) => device.firmware ?? 'not told'],
  ['Started', ({ startedAt }) => momentText(startedAt)],
  ['Duration', ({ durationMs, clock }) => `${durationText(durationMs)} of ${clock} time`],
  ['connreq', ({ tool }) => toolText(tool)],
  ['Verdict', ({ sentence }) => sentence],
]

function nameOf({ name, manufacturer, productClass, serialNumber }: RunHead['device']): string {
  const model = name ?? [manufacturer, productClass].filter(Boolean).join(' ')
  return `${model || 'unknown device'}${serialNumber === undefined ? '' : ` …${serialNumber.slice(-4)}`}`
}
