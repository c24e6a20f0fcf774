import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { type AcsTls, certificateProblem, certificateOf } from '../tls/client-certificates.ts'
import type { Connection } from './connection.ts'

/** The mark that a device showed a certificate; its data has what the certificate says. */
export const clientCertificateMark = 'acs-client-certificate'

/** Follows the handshakes of a server's connections. */
export interface Handshakes {
  connectionAccepted(connection: Connection): void
  /** Says why, where there was no handshake. */
  connectionClosed(connection: Connection): void
}

/** @param options.onSecure gets the socket of the clear text, which is another than the one that was accepted */
export function followHandshakes(options: {
  server: Server
  tls: AcsTls
  timeline: TimelineRecorder
  connectionOf: (socket: Socket) => Connection | undefined
  onSecure: (socket: Socket, connection: Connection) => void
  recordRefusal: (connection: Connection, reason: string) => void
}): Handshakes {
  const { server, tls, timeline, connectionOf, onSecure, recordRefusal } = options
  /** Connections without a complete handshake, with what is known of its failure. */
  const unsecured = new Map<Connection, string>()

  server.on('secureConnection', (socket: TLSSocket) => {
    const connection = connectionOf(socket)
    if (connection === undefined) return
    unsecured.delete(connection)
    const certificate = tls.clientCertificate === undefined ? undefined : certificateOf(socket)
    const problem = certificateProblem(socket, certificate, tls)
    if (certificate !== undefined)
      timeline.add({
        type: 'mark',
        name: clientCertificateMark,
        data: { connection: connection.number, ...certificate, ...(problem === undefined ? {} : { problem }) },
      })
    if (problem !== undefined && tls.clientCertificate === 'required') {
      recordRefusal(connection, problem)
      return connection.destroy('close')
    }
    onSecure(socket, connection)
  })
  server.on('tlsClientError', (error: Error, socket: Socket) => {
    const connection = connectionOf(socket)
    if (connection) unsecured.set(connection, error.message)
  })

  return {
    connectionAccepted: connection => void unsecured.set(connection, 'the device closed the connection'),
    connectionClosed(connection) {
      const failure = unsecured.get(connection)
      unsecured.delete(connection)
      if (failure !== undefined)
        recordRefusal(connection, connection.closedFor ?? `The TLS handshake was not completed: ${failure}.`)
    },
  }
}
