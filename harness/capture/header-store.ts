import type { HeaderList } from '../timeline/entry.ts'
import type { Redactor } from '../timeline/redactor.ts'
import { mayBeSecret } from './secret-search.ts'

/** Fields that are remembered. */
const mostRemembered = 10_000
const longestRemembered = 256

/**
 * Takes secrets out of headers, and keeps fields once that come again and again, as those of a device do in each of its
 * requests.
 */
export function createHeaderStore(redactor: Redactor): (headers: HeaderList) => HeaderList {
  const known = new Map<string, [string, string]>()

  const kept = (field: [string, string]): [string, string] => {
    const [name, value] = field
    if (name.length + value.length > longestRemembered) return field
    const key = `${name}\n${value}`
    const same = known.get(key)
    if (same !== undefined) return same
    if (known.size < mostRemembered) known.set(key, field)
    return field
  }

  return headers => headers.map(field => (field.some(mayBeSecret) ? redacted(field) : kept(field)))

  function redacted(field: [string, string]): [string, string] {
    const [clean] = redactor.redact([field])
    return clean
  }
}
