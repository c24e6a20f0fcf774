import { DeviceText, TableFrame } from '../html/text.tsx'
import type { Change } from './comparison.ts'

interface ChangedValuesProps {
  label: string
  changes: readonly Change[]
  /** What to say where nothing changed. */
  none: string
}

/** What has another value now. */
export function ChangedValues({ label, changes, none }: ChangedValuesProps) {
  if (changes.length === 0) return <p class="lead">{none}</p>
  return (
    <TableFrame label={label}>
      <table class="values stacks">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ name, before, after }) => (
            <tr>
              <th scope="row">
                <DeviceText>{name}</DeviceText>
              </th>
              <Value label="Before" value={before} />
              <Value label="After" value={after} />
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

const Value = ({ label, value }: { label: string; value: string | undefined }) => (
  <td data-label={label}>
    {value === undefined || value === '' ? (
      <i class="quiet">{value === '' ? 'empty' : 'not told'}</i>
    ) : (
      <DeviceText>{value}</DeviceText>
    )}
  </td>
)
