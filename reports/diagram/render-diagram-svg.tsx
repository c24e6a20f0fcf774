import { renderToString } from 'preact-render-to-string'
import type { Entry } from '../../harness/timeline/entry.ts'
import { customProperties, darkPalette, lightPalette } from '../html/palette.ts'
import { SequencePicture } from '../html/sequence-diagram.tsx'
import { sequenceDiagramStyles } from '../html/sequence-diagram-styles.ts'
import { type DiagramOptions, diagramOf } from './diagram-of.ts'

const styles =
  `:root{color-scheme:light dark;${customProperties(lightPalette)};` +
  '--sans:system-ui,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",sans-serif;' +
  '--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}' +
  `@media(prefers-color-scheme:dark){:root{${customProperties(darkPalette)}}}` +
  'svg.sequence{background:var(--ground)}' +
  sequenceDiagramStyles

/** The sequence diagram of a scenario as an SVG file that needs nothing else, in light and dark. */
export function renderDiagramSvg(entries: readonly Entry[], options: DiagramOptions & { title: string }): string {
  const picture = (
    <SequencePicture diagram={diagramOf(entries, options)} title={options.title} id="sequence" links="none">
      <style>{styles}</style>
    </SequencePicture>
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderToString(picture)}\n`
}
