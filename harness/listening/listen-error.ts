import type { Endpoint } from '../timeline/entry.ts'

const sentences: Record<string, { code: string; sentence: (listen: Endpoint, setting: string) => string }> = {
  EADDRINUSE: {
    code: 'CONNREQ_PORT_TAKEN',
    sentence: ({ port }, setting) => `Port ${port} is taken by another program; choose another with ${setting}.`,
  },
  EADDRNOTAVAIL: {
    code: 'CONNREQ_ADDRESS_NOT_LOCAL',
    sentence: ({ address }, setting) =>
      `${address} is no address of this machine; choose one of its own, or 0.0.0.0 for all, with ${setting}.`,
  },
  EACCES: {
    code: 'CONNREQ_PORT_FORBIDDEN',
    sentence: ({ port }, setting) =>
      `Port ${port} may be used by privileged programs only; choose one above 1023 with ${setting}.`,
  },
}

/** Nobody can listen at that place. `code` is stable; the message says what to do, with the setting that names it. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly code: string

  constructor(listen: Endpoint, cause: NodeJS.ErrnoException, setting: string) {
    const known = sentences[cause.code ?? '']
    super(
      known?.sentence(listen, setting) ?? `Cannot listen on ${listen.address} port ${listen.port}: ${cause.message}.`,
      {
        cause,
      },
    )
    this.code = known?.code ?? 'CONNREQ_CANNOT_LISTEN'
  }
}
