/** What usually lies behind a breach of CR-UDP: the STUN client, the binding and Connection Requests by UDP. */
export const udpCauses: Readonly<Record<string, string>> = {
  'CR-UDP-02':
    'Often the STUN client waits for a start signal that has passed already, such as WAN up, or does not arm its timer again after one error. Look at its start-up and error paths; a firewall that drops UDP in the lab looks the same.',
  'CR-UDP-03':
    'Often parameters were added one by one as some ACS asked for them. Compare the data model table with the profile, access included: a password that reads back empty is easily declared read-only by mistake.',
  'CR-UDP-04':
    'Often the server is read once at boot, port 3478 is built in, or an empty address ends the client where the ACS host should be taken. Look at the change handler of these parameters; check name resolution in the lab.',
  'CR-UDP-05':
    'Often the default comes from a customer’s configuration, or 0 stands for "not set". Look at the defaults table; what an earlier ACS left behind looks the same, so try after a factory reset.',
  'CR-UDP-06':
    'Often switching off stops a timer, and nobody writes NATDetected and UDPConnectionRequestAddress anew; or it ends the whole UDP task and the listener with it. Look at what the change handler of STUNEnable resets and closes.',
  'CR-UDP-07':
    'Often the STUN client is a library with a socket of its own on a random port, while the listener is bound to another. Look for two bind calls; a NAT in the lab that rewrites source ports can look like it.',
  'CR-UDP-08':
    'Often one routine builds all Binding Requests and does not know for which port, so trials carry the mark as well; or a second builder, for repeats after a 401, forgets it. Look at where the attribute is added.',
  'CR-UDP-09':
    'Often a string function decides the length: the last space is trimmed (19 bytes), or the terminating NUL is counted or written in its place. Look at how the constant is declared and measured; it has 20 bytes with the space.',
  'CR-UDP-10':
    'Often one attribute writer always emits four bytes of value, or the change is reported by a builder that knows nothing of the other attribute. Look at the length written after 0xC002 and at what is added in the same place.',
  'CR-UDP-11':
    'Often the response handler stores the very first mapped address without treating it as a change, compares the address without the port, or leaves the report to the next keep-alive. Look at that handler.',
  'CR-UDP-12':
    'Often the mark for a changed binding is cleared when the report is sent and not when its response arrives, so nothing or a plain request follows. Look at what clears it, and at whether the report has a retransmission timer.',
  'CR-UDP-13':
    'Often there is no retransmission but the next keep-alive, a fixed receive time-out of some seconds, or a library with the timing of RFC 5389. Look at the client’s timer table; a capture at the device rules out losses in the lab.',
  'CR-UDP-14':
    'Often USERNAME is added only in the branch that follows a 401, or one of several builders (keep-alive, change report) leaves it out. Look also at whether STUNUsername is read again after it was set.',
  'CR-UDP-15':
    'Newer STUN code often counts the padding outside the attribute’s length, RFC 3489 inside it; or a division by four cuts the name off. Look at the attribute writer with names of 5, 6 and 7 characters.',
  'CR-UDP-16':
    'Often the receiver knows type 0x0101 only and drops error responses, or a newer STUN library expects a realm and nonce beside the 401 and gives up without them. Look at the handling of 0x0111 and at the second request’s builder.',
  'CR-UDP-17':
    'Often the signature covers the wrong stretch: the header’s length is set afterwards, attributes follow, or the key is the hash with a realm from newer STUN and not STUNPassword. Look at the length field at the time of signing.',
  'CR-UDP-18':
    'Often the test is for a missing value, and an empty string passes it, or a username set earlier is still cached. Look at the condition around the signing; it should ask whether STUNUsername has any characters.',
  'CR-UDP-20':
    'Often the timer runs from the last response and in coarse ticks, a changed maximum is read only when STUN restarts, or the trial of longer periods has no cap. Look at where the period is limited and when the limit is read.',
  'CR-UDP-21':
    'Often the period found by trial is divided for safety without regard to the minimum, or two timers (keep-alive and trial) both send from the primary port. Look at every caller of the sending routine.',
  'CR-UDP-22':
    'Often the discovery runs whatever the limits are, starting from a built-in period or adding jitter. Look for the case that minimum and maximum are equal, and at whether new limits reach a client that is already running.',
  'CR-UDP-23':
    'Often a trial counts as passed because the trial packet itself renewed the binding, or the period is simply fixed. Look at what a failed trial does to the period; the lab’s NAT must have one lifetime throughout.',
  'CR-UDP-24':
    'Often trials go through the ordinary builder and socket, so they renew what they should test and carry the Annex G attributes. Newer STUN libraries no longer have RESPONSE-ADDRESS (0x0002): look at whether it is written at all.',
  'CR-UDP-26':
    'Often only the addresses are compared and not the ports, or the local side is read from a wildcard socket as 0.0.0.0. Look at what the mapped address is compared with, and at whether the result is renewed with each response.',
  'CR-UDP-27':
    'Often the parameter is filled from the WAN interface or the first response, and later ones change only the STUN client’s own memory. Look at the write into the data model, and for code that reads XOR-MAPPED-ADDRESS only.',
  'CR-UDP-28':
    'Often the STUN task writes beneath the layer that notices changes, so nobody calls; or it starts the session by itself and never asks for the attribute. Look at which routine it stores the address with.',
  'CR-UDP-29':
    'Often a change within the limit is thrown away and not put off, or the parameter is stored and read by nobody. Look for a timer that runs from the last notification and then compares what was told with what is.',
  'CR-UDP-40':
    'Often the STUN client blocks in a receive call of its own and discards what is not its response, or a filter for copies goes by time alone. Look for two readers of one socket; one reader that sorts by the first byte is enough.',
  'CR-UDP-41':
    'Often the datagram is passed through the responder written for HTTP, which sends its status to whatever socket it was given. Look at the reply calls shared by the two transports.',
  'CR-UDP-42':
    'Often a check is made and its result lost: conditions joined by "or", an early return that means success, a comparison over the received length. The findings for method, ts, id, un and sig beside this one tell which check it is.',
  'CR-UDP-43':
    'Often UDP has a way of its own into the session task, without the event code, the merging or the in-session rule that HTTP has. Look at whether both call one routine; lost datagrams or an expired NAT binding in the lab look similar.',
  'CR-UDP-46':
    'Often the parser searches for the question mark and never reads method and version. If the device went deaf afterwards, look at its error path: often a parse error leaves the receive loop and not just the datagram.',
  'CR-UDP-47':
    'Often the comparison lets equal values through, ts and id count as new if either is, or the last ts is never stored after success. Look at the operator, at the width and sign of the number, and at the place of storing.',
  'CR-UDP-48':
    'Often only the timestamp is remembered because it was thought to be enough, or rejected requests overwrite the remembered id. Look at where ts and id of the last accepted request are stored, and that both are compared.',
  'CR-UDP-49':
    'Often un is fed into the signature and compared with nothing, as whoever signs right was thought to be known; or the comparison ignores case. Look for ConnectionRequestUsername in the check; STUNUsername is another thing.',
  'CR-UDP-50':
    'Often the result of the comparison is not used, or it covers as many characters as came in. If one case of digits fails, it compares text and not bytes; if only some requests pass, look at the order of ts, id, un and cn.',
  'CR-UDP-51':
    'Often ts and id are stored while the query is parsed, before the signature is checked, so one forgery with a ts far ahead shuts out all that follows. Look at the order: every check first, then the storing.',
  'CR-UDP-52':
    'Often copies are recognised by a short time window, or ts and id are stored at the session’s end only. Look at when they are written: at acceptance, before the session starts, and to stay beyond its end.',
  'CR-UDP-53':
    'Often a missing value becomes an empty string, over which a signature can be right as well. If the device is deaf afterwards, look at null pointers and loops in the parser that wait for the rest of the request.',
  'CR-UDP-54':
    'Often a guard against replays compares ts with the system time, which a device without NTP does not even know, or a signed 32-bit number overflows. Look for a read of the clock in the check.',
  'CR-UDP-55':
    'Often the socket is connected to the STUN server, so the kernel drops all other senders, or a stateful firewall rule admits replies only. Look for connect on the UDP socket; a restricted NAT in the lab does the same.',
}
