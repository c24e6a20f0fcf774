import { DeviceText, Section, TableFrame } from '../html/text.tsx'
import type { MergeContent } from './merge-content.ts'
import type { MergedRun } from './merged-runs.ts'
import { runFacts } from './run-facts.ts'

/** Each device with its verdict and the runs that it rests on. */
export const DevicesSection = ({ content }: { content: MergeContent }) => (
  <Section id="devices" title="Devices" clock={content.clock}>
    <TableFrame label="Devices and their runs">
      <table>
        <thead>
          <tr>
            <th scope="col">Device</th>
            <th scope="col">Verdict</th>
            <th scope="col">Runs</th>
          </tr>
        </thead>
        <tbody>
          {content.merge.devices.map(({ label, sentence, runs }) => (
            <tr>
              <th scope="row">
                <DeviceText>{label}</DeviceText>
              </th>
              <td>
                <DeviceText>{sentence}</DeviceText>
              </td>
              <td>
                {runs.map(run => (
                  <Run run={run} address={content.reports.get(run.path)} />
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  </Section>
)

function Run({ run, address }: { run: MergedRun; address: string | undefined }) {
  const { path } = run
  return (
    <div>
      {address === undefined ? (
        <DeviceText>{path}</DeviceText>
      ) : (
        <a href={address}>
          <DeviceText>{path}</DeviceText>
        </a>
      )}
      <span class="quiet">
        <DeviceText>{runFacts(run)}</DeviceText>
      </span>
    </div>
  )
}
