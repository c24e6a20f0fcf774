import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
// @ts-expect-error -- The package has no types of its own, and those who import ours must not need any.
import * as library from '@xmpp/component'

/** A stanza or a part of one: what is used of the library's class. */
export interface Element {
  readonly name: string
  readonly attrs: Record<string, string | undefined>
  readonly children: (Element | string)[]
  getNS(): string | undefined
  getName(): string
  getChild(name: string, xmlns?: string): Element | undefined
  getChildElements(): Element[]
  toString(): string
}

/** A connection of `@xmpp/component` 0.13, as far as it is used. */
export interface Component extends EventEmitter {
  Socket: new () => Socket
  readonly status: string
  readonly socket: Socket | null
  readonly reconnect: { stop(): void }
  readonly options: { service: string; domain: string }
  connect(service: string): Promise<unknown>
  open(options: { domain: string }): Promise<unknown>
  send(element: Element): Promise<void>
}

/** Makes a component (XEP-0114), which connects only when it is told to. */
export const component: (options: { service: string; domain: string; password: string }) => Component =
  library.component

/** Makes an element. */
export const xml: (
  name: string,
  attributes?: Record<string, string | undefined>,
  ...children: (Element | string)[]
) => Element = library.xml
