import { readFileSync } from 'node:fs'
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml'
import type { z } from 'zod'
import { meantWord } from './nearest-word.ts'
import { redacted } from '../timeline/redactor.ts'
import { noCommand, type Profile, profileSchema } from './profile.ts'

/** A larger file is no profile. */
const longestProfile = 1024 * 1024

/** The profile cannot be used. The message has one line per problem: file:line:column, what, what to do. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError'
  readonly code = 'CONNREQ_PROFILE'
}

/**
 * Reads and validates a profile file.
 * @throws ProfileError when it cannot be read, is no YAML, or breaks the schema
 */
export function readProfile(path: string): Profile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ProfileError(`The profile ${path} cannot be read: ${(error as Error).message}`)
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
    throw new ProfileError(document.errors.map(error => `${place(error.pos[0])}: ${error.message}`).join('\n'))

  const withheld = redactedValues(document)
  if (withheld.length > 0)
    throw new ProfileError(
      withheld
        .map(offset => `${place(offset)}: a secret was left out here and ${redacted} put in its place; write your own.`)
        .join('\n'),
    )
  const result = writtenProfile.safeParse(document.toJS({ maxAliasCount: 10 }) ?? {}, {
    error: plainMessage,
    reportInput: true,
  })
  if (result.success) return result.data
  const problems = result.error.issues.flatMap(issue => problemsOf(issue).map(problem => ({ issue, ...problem })))
  throw new ProfileError(
    problems.map(({ path, text: problem }) => `${place(offsetOf(document, path))}: ${problem}`).join('\n'),
  )
}

/** `true` and `no` may be shell commands, but who writes them means an answer. */
const writtenProfile = profileSchema.superRefine(({ control }, context) => {
  for (const [action, command] of Object.entries(control))
    if (command !== undefined && /^(yes|no|true|false|on|off)$/i.test(command.trim()))
      context.addIssue({ code: 'custom', path: ['control', action], message: noCommand })
})

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

const alternatives = (words: readonly string[]) =>
  words.length === 1 ? `${words[0]}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

function problemsOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; text: string }[] {
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

type Definition = { innerType?: unknown; shape?: Record<string, unknown>; element?: unknown; options?: unknown[] }
const definitionOf = (schema: unknown) => (schema as { def?: Definition } | undefined)?.def

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  const definition = definitionOf(schema)
  if (definition?.shape) return definition.shape
  if (definition?.options) return Object.assign({}, ...definition.options.map(option => shapeOf(option) ?? {}))
  return definition?.innerType === undefined ? undefined : shapeOf(definition.innerType)
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
