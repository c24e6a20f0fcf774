/** What usually lies behind a breach of CR-GEN: what holds for Connection Requests by every transport. */
export const genericCauses: Readonly<Record<string, string>> = {
  'CR-GEN-01':
    'Often the listener is bound before the WAN interface has its address, or does not survive a change of it, while the URL is still told. Look at the bind call and the device’s own firewall rule; a NAT or firewall in the lab looks the same.',
  'CR-GEN-02':
    'Usually an allow-list, often filled with the resolved address of the ACS. Look at the accept path and at the firewall rule that opens the port; a firewall between the second asker and the device looks the same.',
  'CR-GEN-03':
    'Often each request leaves something behind, such as a socket, a thread or an entry of a table of fixed size, until none is left. Look at the open descriptors after the burst and at the error paths of the accept loop.',
  'CR-GEN-04':
    'Often the request only sets a flag that nothing but a slow main loop or the periodic timer looks at. Look at what wakes the session task; name resolution and the route to the ACS in the lab can hold it up as well.',
  'CR-GEN-05':
    'Often the session is started through the routine for periodic Informs, which puts its own event in place of event 6. If it has a CommandKey, look for an event structure that an M event used before and nobody cleared.',
  'CR-GEN-06':
    'Often a debugging or pairing aid: the host to call is taken from the Host header, the query or the sender’s address. Look at where the session’s URL is put together; only ManagementServer.URL should go into it.',
  'CR-GEN-07':
    'Often the listener is closed, or its nonces are cleared, as soon as one request is accepted, so that repetitions meet a reset or a 401. Look at what the handler changes between its answer and the Inform.',
  'CR-GEN-08':
    'Often each accepted request queues a session start of its own, where one flag for all of them would do. Look at whether the session takes all waiting requests with it when it builds its Inform.',
  'CR-GEN-09':
    'Often the request’s handler signals or restarts the session task whatever state that is in, or shares a buffer or connection with it. Look for calls in the handler that reset the session’s state machine.',
  'CR-GEN-10':
    'Often the flag that a request sets during a session is wiped by the clean-up of that session, so nothing follows; or requests are counted, so too many follow. Look at when it is cleared: best as the Inform with event 6 is built.',
  'CR-GEN-11':
    'Often nothing checks for waiting requests at the session’s end, so they wait for a polling loop, a fixed pause between sessions or the periodic timer. Look at the last step of the session; a service restarted by the changes just made can delay the call, too.',
  'CR-GEN-12':
    'Often the in-session flag is set as late as the InformResponse: a request in the gap before it is cleared unserved by that response, or restarts the attempt. Look at where the flag is set relative to name look-up, TLS and Inform.',
  'CR-GEN-13':
    'Often the responder’s state is stale: credentials not loaded yet after a boot, a lock-out never lifted after a change of them. If only unusual headers are refused, look at the buffer sizes and the strictness of the header parser.',
  'CR-GEN-14':
    'Often the event is queued first, and the running session or the limit is looked at afterwards, so the refusal leaves the event behind. Look at the order of these steps in the handler, on each transport that shows it.',
  'CR-GEN-15':
    'Often part of the check is missing: the username is not compared, the nonce and uri are believed as received, or the response is compared over its received length, so that an empty one matches. Look at every exit of the check.',
  'CR-GEN-17':
    'Often each transport keeps a copy of the credentials, made at its start, and a change reaches one of them only. Look at who is told when ConnectionRequestUsername or Password is set, and for the XMPP or STUN account used instead.',
  'CR-GEN-19':
    'Often the list is a constant of the build and not derived from what runs. Where a listed method is dead, look first at the findings of that transport; a lab in which UDP or the XMPP server cannot be reached has the same effect.',
}
