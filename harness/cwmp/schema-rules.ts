import type { Element } from '@xmldom/xmldom'
import type { SyntaxProblem } from '../timeline/entry.ts'
import { elementsIn, localNameOf } from './dom.ts'

/** A rule for the text of an element. */
export interface TextRule {
  fits(text: string): boolean
  /** How it should be, to follow "must be" or "must have". */
  must: string
}

export const unsignedInt: TextRule = {
  fits: text => /^\+?\d+$/.test(text) && Number(text) <= 0xffffffff,
  must: 'an unsigned integer',
}

export const dateTime: TextRule = {
  fits: text => /^-?\d{4,}-(0\d|1[0-2])-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(\.\d+)?(Z|[+-][01]\d:[0-5]\d)?$/.test(text),
  must: 'a date and time',
}

export const boolean: TextRule = { fits: text => /^(0|1|true|false)$/.test(text), must: 'a boolean' }

/** A problem when the text is there and breaks the rule; that it is missing is found by `sequenceProblems`. */
export function checkText(code: string, element: string, text: string | undefined, rule: TextRule): SyntaxProblem[] {
  if (text === undefined || rule.fits(text)) return []
  return [{ code, text: `${element} is "${text}"; it must be ${rule.must}.` }]
}

/**
 * Compares the children with an xs:sequence of unqualified elements that each stand there once.
 * @param options.except an element whose absence the caller reports itself
 */
export function sequenceProblems(
  parent: Element,
  expected: readonly string[],
  options: { except?: string } = {},
): SyntaxProblem[] {
  const name = localNameOf(parent)
  const children = elementsIn(parent)
  const names = children.map(localNameOf)
  const problems: SyntaxProblem[] = []
  for (const element of expected) {
    const count = names.filter(other => other === element).length
    if (count === 0 && element !== options.except)
      problems.push({ code: 'element-missing', text: `${name} has no ${element}.` })
    if (count > 1) problems.push({ code: 'element-repeated', text: `${name} has ${count} ${element} elements.` })
  }
  for (const stranger of names.filter(other => !expected.includes(other)))
    problems.push({ code: 'element-unknown', text: `${name} has a child ${stranger}, which the schema does not know.` })
  const known = names.filter(other => expected.includes(other))
  const inOrder = known.every(
    (other, index) => index === 0 || expected.indexOf(known[index - 1] ?? '') <= expected.indexOf(other),
  )
  if (!inOrder) problems.push({ code: 'element-order', text: `The children of ${name} are not in the schema's order.` })
  const qualified = children.find(child => child.namespaceURI !== null && child.namespaceURI !== '')
  if (qualified)
    problems.push({
      code: 'element-qualified',
      text: `${qualified.nodeName} in ${name} has a namespace; the schema gives it none.`,
    })
  return problems
}
