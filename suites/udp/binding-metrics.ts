import type { MetricJudges } from '../../harness/scenario.ts'
import { must, should, weakMust } from '../../harness/verdict/metric.ts'

/** What `udp-binding` judges. */
export const bindingMetrics = {
  tasks: must('CR-UDP-02', 'With STUN on the device announces a binding, and keeps it.'),
  server: must('CR-UDP-04', 'Binding Requests go to STUNServerAddress and STUNServerPort.'),
  acsHost: must('CR-UDP-04', 'With an empty STUNServerAddress they go to the host of the ACS.'),
  listensThere: must('CR-UDP-07', 'Binding Requests come from the very port at which Connection Requests are heard.'),
  marksPrimary: must(
    'CR-UDP-08',
    'CONNECTION-REQUEST-BINDING is in each Binding Request of the primary port, and in no other.',
  ),
  markValue: must('CR-UDP-09', 'CONNECTION-REQUEST-BINDING has the 20 bytes of "dslforum.org/TR-111 ".'),
  changeValue: must('CR-UDP-10', 'BINDING-CHANGE is empty, and CONNECTION-REQUEST-BINDING is beside it.'),
  firstReported: must('CR-UDP-11', 'The first binding is reported at once by a request with BINDING-CHANGE.'),
  changeReported: must('CR-UDP-11', 'Another binding is reported at once by a request with BINDING-CHANGE.'),
  repeated: should('CR-UDP-12', 'A request with BINDING-CHANGE is sent again as long as no response comes.'),
  schedule: should(
    'CR-UDP-13',
    'An unanswered request goes out at 0, 100, 300, 700, 1500, 3100, 4700, 6300 and 7900 ms.',
  ),
  named: weakMust('CR-UDP-14', 'Requests with CONNECTION-REQUEST-BINDING carry STUNUsername.'),
  padded: must('CR-UDP-15', 'USERNAME is STUNUsername, filled up to a multiple of four bytes.'),
}

export type BindingJudges = MetricJudges<typeof bindingMetrics>

/** The labels of requests that show where the device listens. */
export const toSource = 'to the source of the Binding Requests'
export const toAddressBefore = 'to the address that was shown with STUN off'

/** The settings of the scenario. */
export const settings = {
  off: 'switch STUN off',
  on: 'switch STUN on',
  offAgain: 'switch STUN off again',
  onAgain: 'switch STUN on again',
  empty: 'empty STUNServerAddress',
}
