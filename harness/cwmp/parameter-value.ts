import type { Element } from '@xmldom/xmldom'
import type { ParameterValue, SyntaxProblem } from '../timeline/entry.ts'
import { childNamed, textOf, typeOf } from './dom.ts'
import { checkText, sequenceProblems } from './schema-rules.ts'

/** Reads a ParameterValueStruct; a missing name or value becomes empty. */
export function readParameterValue(item: Element): ParameterValue {
  const value = childNamed(item, 'Value')
  const type = value && typeOf(value)
  return {
    name: textOf(childNamed(item, 'Name'))?.trim() ?? '',
    value: textOf(value) ?? '',
    ...(type === undefined ? {} : { type }),
  }
}

/** What the schema says against a ParameterValueStruct. */
export function parameterValueProblems(item: Element): SyntaxProblem[] {
  return [
    ...sequenceProblems(item, ['Name', 'Value']),
    ...checkText('parameter-name', 'Name', textOf(childNamed(item, 'Name')), {
      fits: name => name.length <= 256,
      must: 'at most 256 characters long',
    }),
  ]
}
