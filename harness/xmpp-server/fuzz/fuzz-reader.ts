import { ordinaryLimits } from '../stream-limits.ts'
import { StreamReader } from '../stream-reader.ts'
import { createElementParser } from '../xml/element-parser.ts'
import { namespaces } from '../xml/namespaces.ts'
import { writeXml } from '../xml/write-xml.ts'
import type { XmlElement } from '../xml/xml-element.ts'
import type { Random } from '../../fuzzing/random.ts'

/** Of so many elements one is written and read again. */
const checkedOneIn = 16

/**
 * Reads an input in chunks of any size, as a server does with the restart after SASL.
 * @throws Error where an element cannot be written so that the same is read again
 */
export function fuzzReader(input: Buffer, random: Random): void {
  const reader = new StreamReader(ordinaryLimits, ordinaryLimits.unauthenticatedBytes)
  for (let at = 0; at < input.length; ) {
    const length = 1 + random.below(random.below(4) === 0 ? 20 : 4000)
    reader.push(input.subarray(at, at + length))
    at += length
    for (let item = reader.next(); item !== undefined; item = reader.next()) {
      if (item.kind !== 'element') continue
      if (item.element.namespace === namespaces.sasl) reader.restart()
      if (random.below(checkedOneIn) === 0) checkWritten(item.element)
    }
  }
}

function checkWritten(element: XmlElement): void {
  const written = writeXml(element, namespaces.component)
  const read = createElementParser({ '': namespaces.component }, ordinaryLimits)(written)
  if (read === undefined || !('children' in read)) throw new Error(`Written so that it cannot be read: ${written}`)
  const again = writeXml(read, namespaces.component)
  if (again !== written) throw new Error(`Written as ${written}, then as ${again}`)
}
