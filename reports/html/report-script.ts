import { readFileSync } from 'node:fs'

/** In the order in which they run. Each is a part of one module, and knows what those before it define. */
const parts = ['reveal', 'packed-logs', 'filter', 'keys', 'theme'] as const

let script: string | undefined

/** The script of report.html. */
export function reportScript(): string {
  script ??= parts.map(part => browserScript(part)).join('\n')
  return script
}

/**
 * The text of a file in `browser/`, to be inlined. A compiler that takes it for a module ends it with words that mean
 * nothing here.
 * @throws Error of node:fs when it is not there
 */
export function browserScript(name: string): string {
  const text = readFileSync(new URL(`./browser/${name}.js`, import.meta.url), 'utf8')
  return text.replaceAll(/^(export \{\};?|\/\/# sourceMappingURL=.*)$/gm, '').trim()
}
