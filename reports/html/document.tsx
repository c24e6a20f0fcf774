import type { ComponentChildren } from 'preact'
import { stylesheet } from './stylesheet.ts'

/** Nothing may be loaded from anywhere, and nothing may run. */
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** A section of the page in its contents; `count` is what there is in it. */
export type ContentsEntry = [id: string, title: string, count?: number]

/** A page that stands alone: its head, its contents beside it, and what is in it. The first section is `result`. */
export function Document(page: {
  title: string
  /** What made it, for example `connreq report`. */
  product: string
  contents: readonly ContentsEntry[]
  children: ComponentChildren
}) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={contentPolicy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{page.title}</title>
        <style dangerouslySetInnerHTML={{ __html: stylesheet }} />
      </head>
      <body>
        <a class="skip" href="#result">
          To the result
        </a>
        <div class="frame">
          <Contents product={page.product} entries={page.contents} />
          <main>{page.children}</main>
        </div>
      </body>
    </html>
  )
}

function Contents({ product, entries }: { product: string; entries: readonly ContentsEntry[] }) {
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
    </nav>
  )
}
