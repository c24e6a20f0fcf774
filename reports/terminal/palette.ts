import pc from 'picocolors'
import type { Standing } from '../standing.ts'

export type Colors = ReturnType<typeof pc.createColors>

/** Colours, or the same functions without effect. */
export const colorsOf = (enabled: boolean): Colors => pc.createColors(enabled)

/** Whether to use colours: never with `NO_COLOR`, else on a terminal or with `FORCE_COLOR`. */
export function wantsColor(environment: Record<string, string | undefined>, isTty: boolean): boolean {
  if (environment['NO_COLOR']) return false
  return isTty || Boolean(environment['FORCE_COLOR'])
}

/** How a standing is shown. The word always stands with it: colour alone says nothing. */
export function paint(colors: Colors, standing: Standing, text: string): string {
  switch (standing) {
    case 'broken':
      return colors.red(text)
    case 'error':
      return colors.magenta(text)
    case 'undecided':
    case 'warning':
      return colors.yellow(text)
    case 'kept':
      return colors.green(text)
    default:
      return colors.dim(text)
  }
}
