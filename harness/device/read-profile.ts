import { readFileSync } from 'node:fs'
import { type Alias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml'
import type { z } from 'zod'
import { meantWord } from './nearest-word.ts'
import { redacted } from '../timeline/redactor.ts'
import { whyNotRead } from '../files/unreadable.ts'
import { type Profile, profileSchema } from './profile.ts'

/** A larger file is no profile. */
const longestProfile = 1024 * 1024

/** The profile cannot be used. The message has one line per problem: file:line:column, what, what to do. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError'
  readonly code = 'CONNREQ_PROFILE'
}

/** There is no such file, or it may not be read: nothing in it could be corrected. */
export class ProfileUnreadable extends ProfileError {}

/**
 * Reads and validates a profile file.
 * @throws ProfileError when it cannot be read, is no YAML, or breaks the schema
 */
export function readProfile(path: string): Profile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ProfileUnreadable(`The profile ${path} ${whyNotRead(error as Error)}.`)
  }
  return parseProfile(text, path)
}

/** Validates the text of a profile. `name` stands before each problem. @throws ProfileError */
export function parseProfile(text: string, name: string): Profile {
  if (text.length > longestProfile) throw new ProfileError(`${name} is larger than 1 MB: that is no profile.`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  if (document.errors.length > 0)
    throw new ProfileError(atMost(document.errors.map(error => `${place(error.pos[0])}: ${error.message}`)))

  const withheld = redactedValues(document)
  if (withheld.length > 0)
    throw new ProfileError(
      withheld
        .map(offset => `${place(offset)}: a secret was left out here and ${redacted} put in its place; write your own.`)
        .join('\n'),
    )
  const result = profileSchema.safeParse(plainValues(document, place), {
    error: plainMessage,
    reportInput: true,
  })
  if (result.success) return result.data
  const problems = result.error.issues.flatMap(issue => problemsOf(issue).map(problem => ({ issue, ...problem })))
  throw new ProfileError(
    atMost(problems.map(({ path, text: problem }) => `${place(offsetOf(document, path))}: ${problem}`)),
  )
}

/** More than anybody mends at once would push the first off the screen. */
const mostProblems = 50

const atMost = (problems: readonly string[]): string =>
  problems.length <= mostProblems
    ? problems.join('\n')
    : [...problems.slice(0, mostProblems), `... and ${problems.length - mostProblems} more`].join('\n')

/** @throws ProfileError where an alias names no anchor, or aliases of aliases would make too much of it */
function plainValues(document: Document, place: (offset: number) => string): unknown {
  try {
    return document.toJS({ maxAliasCount: 10 }) ?? {}
  } catch (error) {
    throw new ProfileError(`${place(aliasOffset(document))}: ${(error as Error).message}`)
  }
}

/** Where the first alias stands that names no anchor before it; the first of all where there is no such one. */
function aliasOffset(document: Document): number {
  const aliases: Alias[] = []
  visit(document, { Alias: (_key, alias) => void aliases.push(alias) })
  const first = aliases.find(alias => alias.resolve(document) === undefined) ?? aliases[0]
  return first?.range?.[0] ?? 0
}

/** Where values are that a run has redacted in the profile it leaves in its directory. */
function redactedValues(document: Document): number[] {
  const offsets: number[] = []
  visit(document, {
    Scalar(_key, { value, range }) {
      if (typeof value === 'string' && value.includes(redacted)) offsets.push(range?.[0] ?? 0)
    },
    Seq(_key, { flow, items, range }) {
      // Unquoted, YAML takes it for a list.
      const [only] = items
      if (flow && items.length === 1 && isScalar(only) && `[${String(only.value)}]` === redacted)
        offsets.push(range?.[0] ?? 0)
    },
  })
  return offsets
}

/** What is wrong with a value, where the schema itself does not say it. */
function plainMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_value') return `must be ${alternatives(issue.values.map(String))}`
  if (issue.code !== 'invalid_type') return undefined
  if (issue.input === undefined) return missing
  if (issue.expected === 'string' && (typeof issue.input === 'number' || typeof issue.input === 'boolean'))
    return `must be text; put it in quotes: "${issue.input}"`
  if (issue.expected === 'object') return 'must have keys and values of its own'
  return undefined
}

const missing = 'is missing'
/** What the schema library says of a union that has no words of its own. */
const unsaid = 'Invalid input'

const alternatives = (words: readonly string[]) =>
  words.length === 1 ? `${words[0]}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

function problemsOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; text: string }[] {
  if (issue.code === 'invalid_union' && issue.message === unsaid) {
    const isOfAnotherType = ({ code, path }: z.core.$ZodIssue) => code === 'invalid_type' && path.length === 0
    const meant = issue.errors.find(inside => !inside.some(isOfAnotherType)) ?? issue.errors[0] ?? []
    const unknown = meant.filter(({ code }) => code === 'unrecognized_keys')
    return (unknown.length > 0 ? unknown : meant).flatMap(inside =>
      problemsOf({ ...inside, path: [...issue.path, ...inside.path] }),
    )
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => {
      const known = knownKeys(issue.path)
      const near = meantWord(key, known)
      const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${near}?`
      return { path: [...issue.path, key], text: `unknown key ${[...issue.path, key].join('.')}; ${hint}` }
    })
  const name = issue.path.join('.') || 'the profile'
  return [{ path: issue.path, text: `${name}${issue.message === missing ? ' ' : ': '}${issue.message}` }]
}

/** The keys that the schema allows at a path. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = profileSchema
  for (const key of path) schema = typeof key === 'number' ? elementOf(schema) : shapeOf(schema)?.[String(key)]
  return Object.keys(shapeOf(schema) ?? {})
}

type Definition = {
  innerType?: unknown
  in?: unknown
  shape?: Record<string, unknown>
  element?: unknown
  options?: unknown[]
}
const definitionOf = (schema: unknown) => (schema as { def?: Definition } | undefined)?.def

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  const definition = definitionOf(schema)
  if (definition?.shape) return definition.shape
  if (definition?.options) return Object.assign({}, ...definition.options.map(option => shapeOf(option) ?? {}))
  const inside = definition?.innerType ?? definition?.in
  return inside === undefined ? undefined : shapeOf(inside)
}

const elementOf = (schema: unknown): unknown =>
  definitionOf(schema)?.element ?? definitionOf(definitionOf(schema)?.innerType)?.element

/** Where a path stands in the file: at its key, or at the nearest key above it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && item.key.value === key)
      if (!pair) break
      offset = (isScalar(pair.key) && pair.key.range?.[0]) || offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(key)]
      offset = (isScalar(node) && node.range?.[0]) || offset
    } else break
  }
  return offset
}
