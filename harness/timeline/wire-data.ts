/** Text as it was, or base64 where the bytes are not UTF-8; `cut` counts the bytes left out of a long one. */
export interface Body {
  text?: string
  base64?: string
  /** Bytes on the wire, before any cut. */
  length: number
  cut?: number
}

export interface Endpoint {
  address: string
  port: number
}
