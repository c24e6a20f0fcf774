import { relative } from 'node:path'
import { visibleText } from '../../harness/timeline/visible-text.ts'

/** A path as short as it can be said from here. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path) || '.'
  return visibleText(short.length < path.length ? short : path)
}
