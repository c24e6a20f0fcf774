/** What usually lies behind a breach of CW: events, Informs, retries, sessions, parameters and notifications. */
export const sessionCauses: Readonly<Record<string, string>> = {
  'CW-EVT-01':
    'Usually a slip in the firmware’s own table of event strings, or an event of the vendor’s that lacks the X in front. Look at that table and at code that puts event codes together from parts.',
  'CW-EVT-02':
    'Often pending events are a list that gets an entry for each occurrence, where a flag would do for a numbered event. Look at the routine that adds to it, and, for a stray CommandKey, at what an M event left in the structure.',
  'CW-EVT-03':
    'Often the list is emptied when the Inform is built, so a failed session loses it, or only after a clean end of the session, so delivered events come back. Look at what removes an event: the InformResponse should, for most of them.',
  'CW-EVT-04':
    'Often all pending events are kept alike until they are delivered. Look for a table that says of each event whether it is retried; event 6 should be dropped where the session is found to have failed.',
  'CW-EVT-05':
    'Often the list of changed parameters is emptied when the Inform is written, so that a retry has the event alone or nothing. Look at where a change is forgotten: only the InformResponse should do that, and only for values that did not change again.',
  'CW-EVT-06':
    'Often the event is set for a power-on only and not for a reboot by software or of the agent alone, or is cleared before the InformResponse. Look at how start-up tells its causes, and at a retry of the first session.',
  'CW-EVT-07':
    'Often the mark of a first contact is cleared when the Inform goes out instead of when it is answered, or a reset of the configuration leaves the store of pending events alone. Look at what a factory reset deletes, and at where that mark is set and cleared.',
  'CW-EVT-08':
    'Usually pending events live in memory only, or are written to flash at an orderly shutdown that a loss of power does not wait for. Check which events are stored, and try the same with the power taken away.',
  'CW-EVT-09':
    'Often a Connection Request starts a session with a list of its own, while the failed one waits apart with the old events. Look for two queues; one list read when the Inform is built avoids it.',
  'CW-INF-01':
    'Often the OUI is cut from a MAC address printed in lower case, or two pieces of code fill DeviceId, one of them at a time when the factory data is not read yet. Look at the format string and for a second writer.',
  'CW-INF-02':
    'Often the forced parameters are a hand-written list made for another data model or version, or one is skipped silently when its getter fails. Compare the list with the data model, and look at how errors are treated while it is read.',
  'CW-INF-03':
    'Usually a constant taken over from a stack for CWMP 1.0, where more envelopes could be agreed on. Look at the template of the Inform.',
  'CW-INF-04':
    'Often the time is printed by a format without the zone, or with one that leaves the colon out of the offset. Look at the format string; check NTP and the zone setting in the lab, too.',
  'CW-INF-05':
    'Often the counter lives in a process started anew for every session, so it is always 0, or it also counts attempts at the HTTP level and success does not clear it. Look at everyone who writes it.',
  'CW-RET-01':
    'Often the retry timer is armed for a failed connection but not for an HTTP error or a fault, or a configured maximum of attempts ends it. Look at every way out of the session code and for such a limit.',
  'CW-RET-02':
    'Often a fixed wait, or the retry of the HTTP library, stands in for the table of ranges, or counting starts one step off. Look at the first attempt’s index, the units and the random part.',
  'CW-RET-03':
    'Often both parameters are stored but read at boot only, or by nobody. The multiplier is in thousandths: look for integer division that loses its fraction, and for a cap before the tenth range.',
  'CW-RET-04':
    'Often the wait is a sleep in the session task, which looks for new events only after it. Look at whether an accepted request cancels that timer or wakes that task, and not just sets a flag.',
  'CW-RET-05':
    'Often the request brings the attempt forward by the routine for a new session, which clears the counter first. Look at who resets RetryCount; nothing but a session that succeeded should.',
  'CW-RET-06':
    'Often RetryCount and the current wait are two variables of which success clears only one, or the wait is kept in flash and outlives a reboot. Look at what success and start-up reset.',
  'CW-SES-01':
    'Often a request or a timer starts a session without asking whether one is open, or the lock is released too early, as after the Inform. Look at the guard around the start; a second agent on the device has the same effect.',
  'CW-SES-03':
    'Often the loop knows one form of empty answer, such as 204, and takes another, a 200 with no content, for an error or a reason to poll. Look at the condition that ends the session.',
  'CW-SES-04':
    'Often the HTTP client’s default time-out of 10 or 15 s was never changed. Look at its limits for reading and for the whole transfer; a proxy or firewall between device and ACS may also cut a silent connection.',
  'CW-SES-05':
    'Often cookies are kept with the connection and go with it, or the HTTP client’s cookie store was never switched on. Look at how long the store lives and how it matches an ACS given by address and port.',
  'CW-SES-06':
    'Often a second thread or a short timer sends the next post without waiting, or a read time-out is taken for an empty answer. Look at what the sender waits for before each post.',
  'CW-SES-07':
    'Often one scheme is switched off in the HTTP client, the body is not sent again after the 401, or the Connection Request pair is used by mistake. Check also that device and lab hold the same Username and Password.',
  'CW-SES-08':
    'Usually the SOAP library’s defaults: a method name in SOAPAction, and content headers on every post. Look at the routine for the empty post, which often shares its headers with the others.',
  'CW-SES-09':
    'Often the HTTP client does not follow redirects of a POST by default, or turns it into a GET; and the new address is often stored over the configured one. Look at its redirect options and at where the target is kept.',
  'CW-SES-10':
    'Often the SOAP header is skipped, or HoldRequests is found only with one namespace prefix or only as "1" and not as "true". Look at the header parser and at whether the sender of own requests asks it.',
  'CW-SES-11':
    'Often every fault takes one branch, since the code reads the outer faultcode and not the CWMP FaultCode in the detail. Look at that parser, and at whether the Inform is still at hand to be sent again.',
  'CW-SPV-01':
    'Often the mark for hidden values is missing on this parameter, or it is masked with asterisks where nothing should stand. Look at its row in the data model table and at the getter behind it.',
  'CW-SPV-02':
    'Often values are applied one by one as they are parsed, with no check of the whole list beforehand; or the status is always 0 although a service takes the change over later. Look at where checking ends and storing begins.',
  'CW-SPV-03':
    'Often the key is stored as the request is parsed, before its values are checked, or a fast path for unchanged values returns before it is stored. Look at the order of checking, storing and answering, and at each way out of that function.',
  'CW-NTF-01':
    'Often changes are found by comparison with a snapshot that does not know who wrote a value. Look at whether a SetParameterValues by the ACS renews the snapshot before its session ends.',
  'CW-NTF-02':
    'Often the change handler starts a session whatever is running, or the list of changes is emptied at the session’s end along with those that came after the Inform. Look at what is removed: only what the Inform told.',
  'CW-NTF-03':
    'Often the throttle sits in front of every session start. Look at its condition: it should hold back only a session whose sole reason is "4 VALUE CHANGE", and an accepted request should get past it.',
}
