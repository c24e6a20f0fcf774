import { type Diagram, laneTitles } from '../diagram/diagram.ts'
import { headHeight, type Layout } from '../diagram/layout.ts'
import { headFontSize, textOn } from '../diagram/row-texts.ts'
import { textWidth } from '../diagram/text-width.ts'

interface FrameProps {
  diagram: Diagram
  layout: Layout
}

/** One line a lane, dotted where nothing goes on and broken where a text stands; its head comes again further down. */
export function Lifelines({ diagram, layout }: FrameProps) {
  const stretches = diagram.rows.flatMap((row, index) => {
    const text = textOn(row, layout)
    return text === undefined ? [] : [{ ...text, ...layout.rows[index]!, gap: row.row === 'gap' }]
  })
  return (
    <>
      {[...layout.laneX.values()].map(x => {
        let path = `M${x} ${headHeight - 6}`
        for (const { left, right, y, height, gap } of stretches)
          if (gap) path += `V${y}${'m0 4v2'.repeat(Math.floor(height / 6) - 1)}M${x} ${y + height}`
          else if (left < x && x < right) path += `V${y + 3}m0 ${height - 6}`
        return <path class="life" d={`${path}V${layout.height}`} />
      })}
      {layout.heads.map(y => (
        <g class="head">
          {[...layout.laneX].map(([lane, x]) => {
            const half = Math.ceil(textWidth(laneTitles[lane], 'bold', headFontSize) / 2) + 2
            return (
              <>
                <rect x={x - half} y={y + 3.5} width={2 * half} height={24} />
                <text x={x} y={y + 20}>
                  {laneTitles[lane]}
                </text>
              </>
            )
          })}
        </g>
      ))}
    </>
  )
}

/** How far each step reaches, as a line at the left edge. */
export function StepSpans({ diagram: { steps }, layout: { rows } }: FrameProps) {
  const path = steps.map(({ first, last }) => `M1.5 ${rows[first]!.y + 4}V${rows[last]!.y + rows[last]!.height}`)
  return path.length === 0 ? null : <path class="span" d={path.join('')} />
}

/** A bar a watch window, hatched, so that also one in which nothing happened is seen. */
export const WindowBars = ({ diagram: { windows }, layout: { rows, windowX } }: FrameProps) => (
  <g class="watch">
    {windows.map(({ first, last, how }, index) => {
      const [x, top] = [windowX[index]!, rows[first]!.y + 6]
      const bottom = rows[last]!.y + rows[last]!.height - (how === 'open' ? 0 : 8)
      const hatching = Array.from(
        { length: Math.max(0, Math.floor((bottom - top - 2) / 6)) },
        (_, line) => `M${x} ${top + 7 + 6 * line}l8-5`,
      )
      return (
        <>
          <rect x={x} y={top} width={8} height={bottom - top} />
          {hatching.length > 0 && <path d={hatching.join('')} />}
        </>
      )
    })}
  </g>
)
