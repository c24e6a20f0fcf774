import type { Endpoint } from '../timeline/entry.ts'

const sentences: Record<string, { code: string; sentence: (listen: Endpoint) => string }> = {
  EADDRINUSE: {
    code: 'CONNREQ_PORT_TAKEN',
    sentence: ({ port }) => `Port ${port} is taken by another program; choose another with acs.listen.`,
  },
  EADDRNOTAVAIL: {
    code: 'CONNREQ_ADDRESS_NOT_LOCAL',
    sentence: ({ address }) =>
      `${address} is no address of this machine; choose one of its own, or 0.0.0.0 for all, with acs.listen.`,
  },
  EACCES: {
    code: 'CONNREQ_PORT_FORBIDDEN',
    sentence: ({ port }) =>
      `Port ${port} may be used by privileged programs only; choose one above 1023 with acs.listen.`,
  },
}

/** The ACS cannot listen where it should. `code` is stable; the message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly code: string

  constructor(listen: Endpoint, cause: NodeJS.ErrnoException) {
    const known = sentences[cause.code ?? '']
    super(known?.sentence(listen) ?? `Cannot listen on ${listen.address} port ${listen.port}: ${cause.message}.`, {
      cause,
    })
    this.code = known?.code ?? 'CONNREQ_CANNOT_LISTEN'
  }
}
