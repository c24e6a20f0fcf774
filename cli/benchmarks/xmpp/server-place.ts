/** Where the clients of a measurement find a server, and what they need there. Handed over as JSON. */
export interface ServerPlace {
  clientPort: number
  /** The authority (PEM) that the clients trust. */
  ca: string
  component: { port: number; secret: string }
}
