import { createHash } from 'node:crypto'
import type { ComponentChildren } from 'preact'
import { stylesheet } from './stylesheet.ts'

/** A section of the page in its contents; `count` is what there is in it. */
export type ContentsEntry = [id: string, title: string, count?: number]

export interface DocumentProps {
  title: string
  /** What made it, for example `connreq report`. */
  product: string
  contents: readonly ContentsEntry[]
  children: ComponentChildren
  /** Rules of this page, after those of every page. */
  styles?: string
  /** The one script that may run, as the text of a module. The page is complete without it. */
  script?: string
  /** The script may ask the server that the page came from; without it nothing goes over a network. */
  connects?: 'self'
  /** The script of a page that is opened out of this one, which inherits what may run. */
  scriptOfOpened?: string
}

/** A page that stands alone: its head, its contents beside it, and what is in it. The first section is `result`. */
export function Document({ script, ...page }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content={contentPolicy([script, page.scriptOfOpened], page.connects)}
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{page.title}</title>
        <style dangerouslySetInnerHTML={{ __html: `${stylesheet}${page.styles ?? ''}` }} />
      </head>
      <body>
        <a class="skip" href="#result">
          To the result
        </a>
        <div class="frame">
          <Contents product={page.product} entries={page.contents} tools={script !== undefined} />
          <main>{page.children}</main>
        </div>
        {script !== undefined && <script type="module" dangerouslySetInnerHTML={{ __html: script }} />}
      </body>
    </html>
  )
}

/** Nothing may be loaded from anywhere, and nothing may run but the scripts of ours, told by their hashes. */
function contentPolicy(scripts: readonly (string | undefined)[], connects: 'self' | undefined): string {
  const hashes = scripts
    .filter(script => script !== undefined)
    .map(script => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    ...(hashes.length === 0 ? [] : [`script-src ${hashes.join(' ')}`]),
    ...(connects === undefined ? [] : [`connect-src '${connects}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

interface ContentsProps {
  product: string
  entries: readonly ContentsEntry[]
  /** Buttons that only a script can serve are there, hidden until it runs. */
  tools: boolean
}

function Contents({ product, entries, tools }: ContentsProps) {
  return (
    <nav class="contents" aria-label="Contents">
      <p class="product">{product}</p>
      <ol>
        {entries.map(([id, title, count]) => (
          <li>
            <a href={`#${id}`}>
              <span>{title}</span>
              {count !== undefined && <span class="quiet">{count}</span>}
            </a>
          </li>
        ))}
      </ol>
      {tools && (
        <p class="tools" hidden>
          <button type="button" id="theme" />
          <button type="button" id="show-keys">
            Keys <kbd>?</kbd>
          </button>
        </p>
      )}
    </nav>
  )
}
