import type { Element } from '@xmldom/xmldom'
import type { SyntaxProblem } from '../timeline/entry.ts'
import { elementsIn, localNameOf } from './dom.ts'
import { namespaces } from './namespaces.ts'

/** The items of a SOAP-encoded array, with what the schema says against the array itself. */
export interface SoapArray {
  items: Element[]
  problems: SyntaxProblem[]
}

/**
 * Reads an array whose items are elements named `itemName`, and compares its soapenc:arrayType with them.
 * Items of another name are left out and reported.
 */
export function readSoapArray(array: Element | undefined, itemName: string): SoapArray {
  if (array === undefined) return { items: [], problems: [] }
  const name = localNameOf(array)
  const children = elementsIn(array)
  const items = children.filter(child => localNameOf(child) === itemName)
  const problems: SyntaxProblem[] = []
  const strangers = children.length - items.length
  if (strangers > 0)
    problems.push({ code: 'array-item-name', text: `${name} has ${strangers} children that are no ${itemName}.` })
  return { items, problems: [...problems, ...arrayTypeProblems(array, itemName, children.length)] }
}

function arrayTypeProblems(array: Element, itemName: string, count: number): SyntaxProblem[] {
  const name = localNameOf(array)
  const arrayType = array.getAttributeNS(namespaces.soapEncoding, 'arrayType')
  if (!arrayType) return [{ code: 'array-type-missing', text: `${name} has no soapenc:arrayType.` }]
  const parts = /^\s*(?:[^:\s]+:)?([^:[\s]+)\[\s*(\d+)\s*\]\s*$/.exec(arrayType)
  if (parts === null) return [{ code: 'array-type-syntax', text: `${name} has the arrayType "${arrayType}".` }]
  const problems: SyntaxProblem[] = []
  if (parts[1] !== itemName)
    problems.push({ code: 'array-type-name', text: `${name} has the arrayType "${arrayType}" and holds ${itemName}.` })
  if (Number(parts[2]) !== count)
    problems.push({ code: 'array-count', text: `${name} has the arrayType "${arrayType}" and ${count} items.` })
  return problems
}
