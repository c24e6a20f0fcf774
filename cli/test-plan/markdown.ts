/** A text as it stands, also where it has characters that Markdown would take for its own. Code spans are kept. */
export const plain = (text: string) =>
  text
    .split(/(`[^`]*`)/)
    .map(part => (part.startsWith('`') ? part : part.replace(/[\\*_|<>[\]]/g, '\\$&')))
    .join('')

/** A place that stays where it is when its heading is worded anew. */
export const anchor = (id: string) => `<a id="${id}"></a>`

export const linkTo = (id: string) => `[${id}](#${id})`

/** A table with a line a row. */
export const table = (columns: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [columns, columns.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`)
