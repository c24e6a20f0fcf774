/** The part of `@xmpp/component` 0.13 that is used; the package has no types of its own. */
declare module '@xmpp/component' {
  import type { EventEmitter } from 'node:events'
  import type { Socket } from 'node:net'

  export class Element {
    readonly name: string
    readonly attrs: Record<string, string | undefined>
    readonly children: (Element | string)[]
    getNS(): string | undefined
    getName(): string
    getChild(name: string, xmlns?: string): Element | undefined
    getChildElements(): Element[]
    toString(): string
  }

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

  export function component(options: { service: string; domain: string; password: string }): Component
  export function xml(
    name: string,
    attributes?: Record<string, string | undefined>,
    ...children: (Element | string)[]
  ): Element
}
