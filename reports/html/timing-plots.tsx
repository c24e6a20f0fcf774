import { measuredText } from '../durations.ts'
import { sourceText } from '../measurement.ts'
import { type DrawnTime, drawnTimes } from '../timings/drawn-times.ts'
import { summaryOf } from '../timings/statistics.ts'
import { type TimeScale, tickText, timeScale } from '../timings/time-scale.ts'
import type { TimedTransport, Timing, TimingKind, TimingSeries, Timings } from '../timings/timings.ts'
import { entryAnchor } from './anchors.ts'
import { DeviceText, TableFrame } from './text.tsx'

/** Left free at both sides, in per cent of the width. */
const side = 2
const labelHeight = 24
const axisHeight = 26
const mostDots = 400

const transportNames: Record<TimedTransport, string> = { http: 'HTTP', udp: 'UDP', xmpp: 'XMPP' }
const kindNames: Record<TimingKind, string> = {
  answer: 'from the request to the answer',
  session: 'from the success reply to the attempt to open a session',
}
/** Over UDP there is no reply. */
const titleOf = ({ transport, kind }: TimingSeries) =>
  `${transportNames[transport]}: ${transport === 'udp' ? 'from the request to the attempt to open a session' : kindNames[kind]}`

/** Every measured delay against its limit: a plot for each transport and kind, all on one scale. */
export function TimingPlots({ timings: { series } }: { timings: Timings }) {
  if (series.length === 0) return <p class="lead">No answer and no session was timed in this run.</p>
  const longest = Math.max(...series.flatMap(({ limit, times }) => [limit.ms, ...longestOf(times)]))
  const scale = timeScale(longest, [side, 100 - side])
  return (
    <>
      <p class="lead">
        Each dot is one measured time, the first of the run at the top, the last at the bottom; the scale is linear up
        to 1 ms and logarithmic above. All plots have the same scale.
      </p>
      {series.map(one => (
        <TimingPlot series={one} scale={scale} />
      ))}
      <NotTimed series={series} />
    </>
  )
}

const longestOf = (times: TimingSeries['times']) => {
  let longest = 0
  for (const { ms } of times) longest = Math.max(longest, ms)
  return [longest]
}

function NotTimed({ series }: { series: readonly TimingSeries[] }) {
  const timed = new Set(series.map(({ transport }) => transport))
  const missing = (['http', 'udp', 'xmpp'] as const).filter(transport => !timed.has(transport))
  if (missing.length === 0) return null
  return (
    <p class="timing quiet">
      Nothing was timed over {missing.map(transport => transportNames[transport]).join(' and ')}.
    </p>
  )
}

function TimingPlot({ series, scale }: { series: TimingSeries; scale: TimeScale }) {
  const dots = drawnTimes(series, mostDots)
  const title = titleOf(series)
  return (
    <div class="timing">
      <h3>{title}</h3>
      <Strip series={series} dots={dots} scale={scale} title={title} />
      <InWords series={series} drawn={dots.length} />
      <details>
        <summary>By scenario, as a table</summary>
        <ByScenario series={series} title={title} />
      </details>
    </div>
  )
}

interface StripProps {
  series: TimingSeries
  dots: readonly DrawnTime[]
  scale: TimeScale
  title: string
}

/** As wide as there is room: everything across is in per cent. */
function Strip({ series: { limit, times }, dots, scale: { x, ticks }, title }: StripProps) {
  const stripHeight = Math.round(Math.min(112, 28 + 4 * Math.sqrt(times.length * 2)))
  const [top, bottom] = [labelHeight, labelHeight + stripHeight]
  const y = (place: number) => Math.round((top + 8 + place * (stripHeight - 16)) * 10) / 10
  return (
    <svg role="group" aria-label={title} width="100%" height={bottom + axisHeight}>
      <rect class="past" x={`${x(limit.ms)}%`} y={top} width={`${100 - side - x(limit.ms)}%`} height={stripHeight} />
      <g class="axis">
        <line x1={`${side}%`} y1={bottom} x2={`${100 - side}%`} y2={bottom} />
        {ticks.map(tick => (
          <>
            <line x1={`${x(tick)}%`} y1={top} x2={`${x(tick)}%`} y2={bottom + 4} />
            <text x={`${x(tick)}%`} y={bottom + 18}>
              {tickText(tick)}
            </text>
          </>
        ))}
      </g>
      <g class="limit">
        <line x1={`${x(limit.ms)}%`} y1={4} x2={`${x(limit.ms)}%`} y2={bottom} />
        <text x={`${x(limit.ms)}%`} y={14} dx={-6}>
          limit {measuredText(limit.ms)}, {limit.source === 'spec' ? 'standard' : 'our choice'}
        </text>
      </g>
      <g class="dots">
        {dots.map(dot => (
          <Dot dot={dot} x={`${x(dot.ms)}%`} y={y(dot.place)} source={limit.source} />
        ))}
      </g>
    </svg>
  )
}

/** The table leads to the same entries: the dots need not all be stops for the keyboard. */
const Dot = ({ dot, x, y, source }: { dot: DrawnTime; x: string; y: number; source: 'spec' | 'ours' }) => (
  <a href={`#${entryAnchor(dot.seq)}`} tabIndex={-1}>
    <title>{`${measuredText(dot.ms)}${dot.scenario === undefined ? '' : `, ${dot.scenario}`}`}</title>
    {dot.beyond ? (
      <svg x={x} y={y} class={source}>
        <path d="M-5 0l5-6 5 6-5 6z" />
      </svg>
    ) : (
      <circle cx={x} cy={y} r={3} />
    )}
  </a>
)

function InWords({ series, drawn }: { series: TimingSeries; drawn: number }) {
  const { count, median, largest, beyond } = summaryOf(series)
  const what = series.kind === 'answer' ? 'answer' : 'session'
  return (
    <p>
      {count === 1 ? `1 ${what}` : `${count} ${what}s`}: median {measuredText(median)}, largest{' '}
      <a href={`#${entryAnchor(largest.seq)}`}>{measuredText(largest.ms)}</a>
      {largest.uncertaintyMs > 0 && ` ± ${measuredText(largest.uncertaintyMs)}`}
      {largest.scenario !== undefined && (
        <>
          {' '}
          in <code>{largest.scenario}</code>
        </>
      )}
      ; {beyond === 0 ? 'none is' : beyond === 1 ? 'one is' : `${beyond} are`} beyond the limit of{' '}
      {measuredText(series.limit.ms)} ({sourceText(series.limit)}).
      {drawn < count && ` ${drawn} are drawn, the longest among them.`}
    </p>
  )
}

/** The same as numbers: a row a scenario. */
function ByScenario({ series, title }: { series: TimingSeries; title: string }) {
  const groups = new Map<string, Timing[]>()
  for (const time of series.times) {
    const scenario = time.scenario ?? ''
    const group = groups.get(scenario)
    if (group) group.push(time)
    else groups.set(scenario, [time])
  }
  return (
    <TableFrame label={`${title}, by scenario`}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">Scenario</th>
            <th scope="col">{series.kind === 'answer' ? 'Answers' : 'Sessions'}</th>
            <th scope="col">Median</th>
            <th scope="col">Largest</th>
            <th scope="col">What it was</th>
            <th scope="col">Beyond the limit</th>
          </tr>
        </thead>
        <tbody>
          {[...groups].map(([scenario, times]) => {
            const { count, median, largest, beyond } = summaryOf({ times, limit: series.limit })
            return (
              <tr>
                <th scope="row">{scenario === '' ? 'outside of the scenarios' : <code>{scenario}</code>}</th>
                <td>{count}</td>
                <td>{measuredText(median)}</td>
                <td>
                  <a href={`#${entryAnchor(largest.seq)}`}>{measuredText(largest.ms)}</a>
                  {largest.uncertaintyMs > 0 && <span class="quiet">± {measuredText(largest.uncertaintyMs)}</span>}
                </td>
                <td>
                  <DeviceText>{largest.what}</DeviceText>
                </td>
                <td>{beyond}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </TableFrame>
  )
}
