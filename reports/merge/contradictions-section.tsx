import { DeviceText, Section, TableFrame } from '../html/text.tsx'
import type { MergeContent } from './merge-content.ts'

/** What the runs of one device say differently. */
export function Contradictions({ content: { merge, clock } }: { content: MergeContent }) {
  const all = merge.devices.flatMap(({ label, contradictions }) => contradictions.map(each => ({ label, ...each })))
  return (
    <Section id="contradictions" title="What runs of one device say differently" clock={clock}>
      {all.length === 0 ? (
        <p class="lead">No two runs of one device say different things.</p>
      ) : (
        <TableFrame label="What runs of one device say differently">
          <table>
            <thead>
              <tr>
                <th scope="col">Device</th>
                <th scope="col">About</th>
                <th scope="col">Said by</th>
              </tr>
            </thead>
            <tbody>
              {all.map(({ label, about, requirement, sayings }) => (
                <tr>
                  <th scope="row">
                    <DeviceText>{label}</DeviceText>
                  </th>
                  <td>
                    <DeviceText>{about}</DeviceText>
                    {requirement !== undefined && (
                      <span class="quiet">
                        <DeviceText>{requirement}</DeviceText>
                      </span>
                    )}
                  </td>
                  <td>
                    {sayings.map(({ says, runs }) => (
                      <div>
                        <DeviceText>{says}</DeviceText>
                        <span class="quiet">
                          <DeviceText>{runs.join(', ')}</DeviceText>
                        </span>
                      </div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </Section>
  )
}
