import type { MetricJudges } from '../../harness/scenario.ts'
import { must, should } from '../../harness/verdict/metric.ts'

/** What `xmpp-connect` judges. */
export const connectMetrics = {
  connects: must('CR-XMPP-02', 'Once its connection is enabled, the device binds a stream at the XMPP server.'),
  stays: must('CR-XMPP-02', 'The device does not leave its stream for good.'),
  stream: must('CR-XMPP-03', 'Header, TLS, SASL, restarts and binding come as RFC 6120 has them, for its Domain.'),
  identity: must('CR-XMPP-08', 'The device authenticates as its Username, by its Password.'),
  authenticationFailure: must('CR-XMPP-08', 'Status shows that the server refused the password.'),
  tlsEstablished: must(
    'CR-XMPP-07',
    'TLSEstablished is true while there is a stream under TLS, and false without one.',
  ),
  jabberId: must('CR-XMPP-09', 'JabberID is the full JID that the server bound.'),
  status: should(
    'CR-XMPP-13',
    'Status is Disabled while switched off, Enabled while online, and neither while refused.',
  ),
}

export type ConnectJudges = MetricJudges<typeof connectMetrics>
