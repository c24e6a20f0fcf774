import type { Requirement } from '../../harness/verdict/requirement.ts'

/** A recollection below this many percent supports a failure in no case. */
const firmRecollectionPercent = 85

/**
 * Why a breach of this MUST or MUST NOT may be a warning at most; `undefined` if it may fail the device, and for
 * weaker levels, which never do.
 *
 * A failure needs the normative text or the official data model or schema as its basis. Recollection can take their
 * place if it is firm and the clause is an RFC's, because there the duty does not rest on recollection alone.
 */
export function warningAtMost({
  level,
  clause,
  basis,
}: Pick<Requirement, 'level' | 'clause' | 'basis'>): string | undefined {
  if (level !== 'MUST' && level !== 'MUST NOT') return undefined
  const grounds = basis.split(' + ')
  if (grounds.includes('text') || grounds.includes('data model / XSD')) return undefined
  const recollection = Number(/\brecollection (\d+)%/.exec(basis)?.[1] ?? 0)
  if (recollection >= firmRecollectionPercent && /\bRFC \d/.test(clause)) return undefined
  return `Neither the standard’s text nor its data model was at hand for this requirement (basis: ${basis}), so a breach is no more than a warning.`
}
