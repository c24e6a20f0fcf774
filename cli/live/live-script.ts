import { readFileSync } from 'node:fs'

let text: string | undefined

/** The script of the live page, without what a compiler adds at its end. */
export function liveScript(): string {
  text ??= readFileSync(new URL('./browser/live.js', import.meta.url), 'utf8').replace(
    /^\/\/# sourceMappingURL=.*$/m,
    '',
  )
  return text
}
