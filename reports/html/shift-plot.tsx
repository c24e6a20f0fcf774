import type { Comparison, Measurement, TimingShift } from '../compare/comparison.ts'
import { measuredText } from '../durations.ts'
import { type TimeScale, tickText, timeScale } from '../timings/time-scale.ts'
import { TableFrame } from './text.tsx'

/** Left free at both sides, in per cent of the width. */
const side = 4
const rowHeight = 26

/** Measured times that shifted between two runs: a row each, in numbers and drawn from before to after. */
export function ShiftPlot({ shifts }: { shifts: Comparison['timing'] }) {
  if (shifts.length === 0) return <p class="lead">No measured time shifted by more than it can be off.</p>
  const longest = Math.max(...shifts.flatMap(({ before, after }) => [before, after].map(reachOf)))
  const scale = timeScale(longest, [side, 100 - side])
  return (
    <TableFrame label="Measured times that shifted">
      <table class="shifts">
        <caption>
          Measured times, before and after: a ring before, a dot after, a line at the limit. Linear up to 1 ms,
          logarithmic above.
        </caption>
        <thead>
          <tr>
            <th scope="col">Measured in</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col">Limit</th>
            <th scope="col">
              <Axis scale={scale} />
            </th>
          </tr>
        </thead>
        <tbody>
          {shifts.map(shift => (
            <Shift shift={shift} scale={scale} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

const reachOf = ({ measured, uncertainty, limit }: Measurement) => Math.max(measured + uncertainty, limit?.ms ?? 0)

function Axis({ scale: { x, ticks } }: { scale: TimeScale }) {
  return (
    <svg width="100%" height={20} role="img" aria-label="Drawn on a logarithmic scale">
      {ticks.map(tick => (
        <text x={`${x(tick)}%`} y={14}>
          {tickText(tick)}
        </text>
      ))}
    </svg>
  )
}

function Shift({ shift, scale }: { shift: TimingShift; scale: TimeScale }) {
  const { scenario, name, requirement, before, after } = shift
  const limit = after.limit ?? before.limit
  return (
    <tr>
      <th scope="row">
        <span class="mono">{requirement}</span>
        <span class="quiet">
          {scenario}, {name}
        </span>
      </th>
      <td>
        <Measured of={before} />
      </td>
      <td>
        <Measured of={after} />
      </td>
      <td>{limit ? measuredText(limit.ms) : 'none'}</td>
      <td>
        <Dumbbell before={before} after={after} limit={limit?.ms} scale={scale} />
      </td>
    </tr>
  )
}

const Measured = ({ of: { measured, uncertainty } }: { of: Measurement }) => (
  <>
    {measuredText(measured)}
    {uncertainty > 0 && <span class="quiet">± {measuredText(uncertainty)}</span>}
  </>
)

interface DumbbellProps {
  before: Measurement
  after: Measurement
  limit: number | undefined
  scale: TimeScale
}

/** The numbers stand beside it in the table. */
function Dumbbell({ before, after, limit, scale: { x, ticks } }: DumbbellProps) {
  const across = (from: number, to: number) => ({
    x1: `${x(from)}%`,
    x2: `${x(to)}%`,
    y1: rowHeight / 2,
    y2: rowHeight / 2,
  })
  const upright = (ms: number) => ({ x1: `${x(ms)}%`, x2: `${x(ms)}%`, y1: 0, y2: rowHeight })
  const doubt = ({ measured, uncertainty }: Measurement) => across(measured - uncertainty, measured + uncertainty)
  return (
    <svg width="100%" height={rowHeight} aria-hidden="true">
      {ticks.map(tick => (
        <line {...upright(tick)} />
      ))}
      <line class="doubt" {...doubt(before)} />
      <line class="doubt" {...doubt(after)} />
      <line class="way" {...across(before.measured, after.measured)} />
      {limit !== undefined && <line class="limit" {...upright(limit)} />}
      <circle class="before" cx={`${x(before.measured)}%`} cy={rowHeight / 2} r={5} />
      <circle class="after" cx={`${x(after.measured)}%`} cy={rowHeight / 2} r={5} />
    </svg>
  )
}
