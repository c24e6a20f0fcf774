/** An element as it was read, or as it is to be written. */
export interface XmlElement {
  /** Local name. */
  name: string
  namespace: string
  /** As written; empty where the element is in the default namespace. */
  prefix: string
  /** By their names as written, without namespace declarations. */
  attributes: Record<string, string>
  /** Prefixes that are declared here, with their namespaces. */
  prefixes: Record<string, string>
  children: XmlNode[]
}

export type XmlNode = XmlElement | string

/** An element to be written. Attributes that are `undefined` are left out. */
export function xmlElement(
  name: string,
  namespace: string,
  attributes: Record<string, string | undefined> = {},
  children: XmlNode[] = [],
): XmlElement {
  const present: Record<string, string> = {}
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) present[key] = value
  return { name, namespace, prefix: '', attributes: present, prefixes: {}, children }
}

export const isElement = (node: XmlNode): node is XmlElement => typeof node !== 'string'

export const childElements = (element: XmlElement): XmlElement[] => element.children.filter(isElement)

/** The first child of that name. */
export function childNamed(element: XmlElement, name: string, namespace: string): XmlElement | undefined {
  return childElements(element).find(child => child.name === name && child.namespace === namespace)
}

/** The character data directly in the element. */
export function textOf(element: XmlElement): string {
  let text = ''
  for (const child of element.children) if (typeof child === 'string') text += child
  return text
}
