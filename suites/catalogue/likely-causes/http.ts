/** What usually lies behind a breach of CR-HTTP: the device’s HTTP listener and its URL. */
export const httpCauses: Readonly<Record<string, string>> = {
  'CR-HTTP-01':
    'Often the web server calls the authentication hook for GET only, while its routing hands other methods or HTTP/1.0 straight to the handler. Look at whether anything checks method and version before the event is queued.',
  'CR-HTTP-02':
    'Often the Inform tells a copy made at start, while a read of the parameter builds the URL anew, or one kind of Inform has a list of its own that lacks it. If it could be set, look at its access in the data model table.',
  'CR-HTTP-03':
    'Usually the path is a constant in the listener’s configuration, or made of the MAC address or serial number. A random part drawn at the first boot and then kept is enough; look at the code that formats the URL.',
  'CR-HTTP-04':
    'Often the URL takes its scheme from the ACS URL, or the listener is a part of the web interface and inherits its TLS set-up. Look at the format string of the URL and at which server owns the port.',
  'CR-HTTP-05':
    'Often the web server refuses any GET with a Content-Length, or leaves the content unread, so that it is parsed as the next request. Look at what happens to a body before the request is handed on.',
  'CR-HTTP-06':
    'Often the check is skipped while no password is stored, or the web server falls back to its default scheme, Basic. Look at the server’s authentication setting for this path and at what it does with an Authorization header of another scheme.',
  'CR-HTTP-07':
    'Often the Digest code stems from RFC 2069 and leaves nc, cnonce and qop out of the hash, or its parser trips over qop with or without quotes. Look at the header parser and at which qop the challenge names.',
  'CR-HTTP-08':
    'A listener without MD5 is often a library’s or a security build’s default. As client, MD5-sess is often parsed but hashed as MD5: look at whether A1 is hashed once more with nonce and cnonce.',
  'CR-HTTP-09':
    'Often the cnonce is a constant, is drawn once at start, or comes from a generator seeded alike at every boot. Look at where the HTTP client of the session gets its random bytes, and at what it caches of a challenge.',
  'CR-HTTP-10':
    'Often the status is the web framework’s choice for work that is queued (202) or a redirect to a page (302). Look at what the handler returns and at what the server makes of it.',
  'CR-HTTP-11':
    'Often the handler starts the session itself and writes its answer afterwards, or the answer sits in a buffer until the connection closes. Look for calls that block before the write; a reverse look-up of the asker’s name can be one.',
  'CR-HTTP-12':
    'Usually the web server adds its standard page or an "OK" to a 200 for which the handler gave no content. Look at its page templates; status 204 or an explicit Content-Length of 0 often settles it.',
  'CR-HTTP-13':
    'Often the limit is enforced by the web server’s own module (429) or a firewall’s rate rule (reset, silence) and not by the request handler. Look for both; a listen backlog that is too short also loses connections.',
  'CR-HTTP-14':
    'Often a stock rate-limit module or error template of the web server adds Retry-After to every 503. Look at the server’s settings for the limit before the handler’s own code.',
  'CR-HTTP-15':
    'Often one task runs both session and listener, so the answer waits for the session’s end; or the path is taken out for as long as the session lasts, which gives 404. Look at which task accepts connections meanwhile.',
  'CR-HTTP-16':
    'Often the same routine writes every 503, with a Retry-After guessed from the session’s time-out. Look at the branch for a running session; it may be another than that of the rate limit.',
  'CR-HTTP-17':
    'Often a failed check takes the web server’s general way out, a 403 or a close, or trips a lock-out after some failures. Look at what the authentication hook returns, and at whether that path writes a challenge.',
  'CR-HTTP-19':
    'Often the listener has one handler and never looks at the path, or the routing goes by prefix. Look at the comparison of the request target with the announced path, and of the uri in the Digest answer with the target.',
  'CR-HTTP-20':
    'Often the default notification of this parameter is 0 in the data model table, or an update from older firmware brought its stored attributes along. Try after a factory reset: an earlier ACS may have changed it.',
  'CR-HTTP-21':
    'Often the URL is formatted while the interface has no address, or with one pattern for IPv4 and IPv6, without brackets. Look at the format string and at what triggers building the URL anew when the address comes.',
  'CR-HTTP-22':
    'Often the switch is stored and nobody acts on it: the socket stays, and the URL is computed without regard to it. Look at its change handler for both directions; a port shared with the web interface stays open, too.',
  'CR-HTTP-24':
    'Often nonces are kept in the state of the connection they were given on, or the parser is not reset after the 401, so a second request is never read. Look at the keep-alive handling and at where nonces are stored.',
  'CR-HTTP-25':
    'Often the listener works with a copy, such as a password file or a hash of name and password, that is written at start only. Look at whether setting either parameter rewrites that copy and drops what was derived from the old pair.',
}
