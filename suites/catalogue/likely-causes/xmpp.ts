/** What usually lies behind a breach of CR-XMPP: the XMPP client, its parameters and Connection Requests by XMPP. */
export const xmppCauses: Readonly<Record<string, string>> = {
  'CR-XMPP-01':
    'Often the firmware was built for a single connection: its rows are a fixed array, so AddObject has nothing to add. Look at the table’s create and delete handlers, and compare names and access with the profiles.',
  'CR-XMPP-02':
    'Often the client connects once, at boot or when enabled, and no timer is armed after a failure or a lost stream. Look at the disconnect callback; name resolution, idle time-outs of a firewall or an unknown certificate in the lab look alike.',
  'CR-XMPP-03':
    'Often the header names the host of the server table where Domain belongs, or the stream is not opened anew after TLS or SASL. Look at how host and domain are handed to the XMPP library, which often takes one for both.',
  'CR-XMPP-04':
    'Often UseTLS never reaches the XMPP library, which then starts TLS only where the server marks it as required. Look at the library’s option for it and at whether it is set again on each connect.',
  'CR-XMPP-05':
    'Usually the XMPP library starts TLS wherever it is offered, and false is not mapped to the option that prevents this. Look at that option; it may also be left out on purpose, for safety.',
  'CR-XMPP-06':
    'Often SASL is chosen from the features without a look at the mark that TLS is required, or a failed handshake leads back to a clear stream. Look at that way back; a certificate the device does not trust, or its clock, may lead there.',
  'CR-XMPP-07':
    'Often the value is a constant, a copy of UseTLS, or set after the handshake and never cleared when the stream ends. Look at its getter; it should ask the stream that is open now.',
  'CR-XMPP-08':
    'Often the login takes the Connection Request pair or the first row’s account, and a SASL failure is not passed on to Status. Look at the row handed to the login, and at whether device and lab server share a mechanism.',
  'CR-XMPP-09':
    'Often JabberID is put together from Username, Domain and Resource when they are stored. Look at the handler of the bind result: the JID in it is the one to keep, as the server may have given another resource.',
  'CR-XMPP-10':
    'Often the disconnect callback empties it together with the stream’s state, or it is a copy from the first connection that nobody renews. Look at everyone who writes it, and at the handlers for Enable and for the reference.',
  'CR-XMPP-11':
    'Often the XMPP task writes the JID beneath the layer that notices changes, or its default notification is not active. Look also at a JID bound during a session: the comparison at the session’s end may swallow it.',
  'CR-XMPP-12':
    'Often the JID is emptied when the stream is lost and set again later, which makes two changes out of none. Look at whether the notification compares with the value that the ACS was last told.',
  'CR-XMPP-13':
    'Often Status is computed from Enable, or set at login and left alone. Look at the library’s callbacks for connecting, refused login and lost stream; each has to write it.',
  'CR-XMPP-14':
    'Often only the first row or the bare Domain reaches the library, the port stays at 5222, or priorities are sorted downwards. Look at the loop over the rows after a failed attempt; with SRV, check the records in the lab’s DNS.',
  'CR-XMPP-15':
    'Often the library’s own immediate reconnect is on beside the timer, or the growing wait is not limited by the maximum. Look at the units (seconds, and thousandths for the multiplier) and at when the attempt counter is reset.',
  'CR-XMPP-16':
    'Often the interval is not handed to the library, mistaken for other units, or 0 is taken for "default". Look at the timer’s set-up; keep-alives of TCP show in a capture only and by default often start after two hours.',
  'CR-XMPP-17':
    'Often the sender is compared over the entry’s length, so that longer names pass, or its resource is not split off before comparing with a bare entry. Look at that comparison and at the case of an empty list, which admits all.',
  'CR-XMPP-18':
    'Often the list is consulted after the event is queued, or the refusal is the library’s general error with another condition. Look at where in the handler the sender is checked, and at which condition that branch writes.',
  'CR-XMPP-20':
    'Often the answer is written from scratch, as a message or with an id from the library’s own counter. Look at whether it takes id and sender from the request, and at what the library’s reply helper copies into it.',
  'CR-XMPP-21':
    'Often one refusal with one condition serves all cases, or the condition’s name is misspelt in a hand-written string. If it was accepted, look at whether username and password are both compared and the handler stops there.',
  'CR-XMPP-22':
    'Often the handler returns early, without an answer, for a missing element or a sender not allowed; or both it and the library’s default answer. Look at every return of the iq handler and at what the library does after it.',
  'CR-XMPP-23':
    'Often one task serves session and stream, so the request is read only when the session is over; or "busy" shares its error with another refusal. Look at who reads the stream meanwhile and at the condition written.',
  'CR-XMPP-24':
    'Often the XMPP handler starts sessions on its own and bypasses the code in which HTTP merges requests and heeds a running session. Look at whether the two transports meet in one routine before a session is queued.',
  'CR-XMPP-26':
    'Often the handler is registered for the namespace alone, or searches for the element in whatever arrives. Look at the registration with the XMPP library; it should name iq and the type get.',
  'CR-XMPP-27':
    'Often all streams share one handler that never asks which row it is, or row 1 is built in. Look at where the reference is resolved, with and without a final dot, and at the row’s delete handler.',
  'CR-XMPP-28':
    'Often Enable is looked at only before connecting, so an open stream never hears of false; after true, an old back-off may still be running. Look at its change handler for both directions.',
  'CR-XMPP-29':
    'Often the firmware takes the transports for alternatives and stops or blocks the HTTP listener once XMPP is up. Look for a single variable that holds "the" method; a rate limit shared with XMPP and used up looks similar.',
  'CR-XMPP-30':
    'Often the XMPP library was built without TLS, or goes on in clear when the certificate is not trusted. Look at the build options first; a missing root certificate or a wrong clock on the device comes to the same.',
  'CR-XMPP-31':
    'Often only the Connection Request’s namespace has a handler, and the library drops every other iq. Look for a default handler that answers get and set with service-unavailable; some libraries leave this to the application.',
}
