import { visibleText } from '../../harness/timeline/visible-text.ts'
import { markText } from '../baseline/known-failures.ts'
import { DeviceText, Section, TableFrame, Word } from '../html/text.tsx'
import { standings, standingWords } from '../standing.ts'
import type { MergeContent } from './merge-content.ts'
import type { MatrixCell, MatrixRow } from './merged-runs.ts'

/** The requirements that need a look with their reasons, then all of them folded. */
export const MatrixSection = ({ content }: { content: MergeContent }) => (
  <>
    <Section id="look" title="Not kept by all" clock={content.clock}>
      {content.rows.length === 0 ? (
        <p class="lead">Nothing is broken, undecided or left out for any device.</p>
      ) : (
        <Matrix label="Requirements not kept by all" rows={content.rows} content={content} reasons="shown" />
      )}
    </Section>
    <Section id="all" title="All requirements" clock={content.clock}>
      <Counts content={content} />
      <details>
        <summary>Every requirement for every device</summary>
        <Matrix label="All requirements" rows={content.merge.requirements} content={content} reasons="left out" />
      </details>
    </Section>
  </>
)

interface MatrixProps {
  label: string
  rows: readonly MatrixRow[]
  content: MergeContent
  reasons: 'shown' | 'left out'
}

const Matrix = ({ label, rows, content, reasons }: MatrixProps) => (
  <TableFrame label={label}>
    <table>
      <Head first="Requirement" content={content} />
      <tbody>
        {rows.map(({ id, clause, level, sentence, cells }) => (
          <tr>
            <th scope="row">
              <span class="mono">
                <DeviceText>{id}</DeviceText>
              </span>
              <span class="quiet">
                {level}, <DeviceText>{clause}</DeviceText>
              </span>
              {reasons === 'shown' && (
                <span class="quiet">
                  <DeviceText>{sentence}</DeviceText>
                </span>
              )}
            </th>
            {cells.map(cell => (
              <td>
                <Cell cell={cell} address={addressOf(cell, id, content)} />
                {cell.known && (
                  <span class="quiet">
                    known <DeviceText>{markText(cell.known)}</DeviceText>
                  </span>
                )}
                {reasons === 'shown' && cell.reason !== undefined && (
                  <span class="quiet">
                    <DeviceText>{cell.reason}</DeviceText>
                  </span>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </TableFrame>
)

const Head = ({ first, content: { merge } }: { first: string; content: MergeContent }) => (
  <thead>
    <tr>
      <th scope="col">{first}</th>
      {merge.devices.map(({ label }) => (
        <th scope="col">
          <DeviceText>{label}</DeviceText>
        </th>
      ))}
    </tr>
  </thead>
)

const Cell = ({ cell, address }: { cell: MatrixCell; address: string | undefined }) =>
  address === undefined ? (
    <Word standing={cell.standing} />
  ) : (
    <a href={address}>
      <Word standing={cell.standing} />
    </a>
  )

/** The requirement in the report of the run that says so. */
function addressOf({ run }: MatrixCell, id: string, { reports }: MergeContent): string | undefined {
  const report = run === undefined ? undefined : reports.get(run)
  return report === undefined ? undefined : `${report}#${encodeURIComponent(visibleText(id))}`
}

const Counts = ({ content }: { content: MergeContent }) => (
  <TableFrame label="Requirements by verdict">
    <table>
      <Head first="Verdict" content={content} />
      <tbody>
        {standings.map(standing => (
          <tr>
            <th scope="row">{standingWords[standing]}</th>
            {content.merge.devices.map(({ counts }) => (
              <td>{counts[standing]}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </TableFrame>
)
