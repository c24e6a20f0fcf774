/** What is put in the place of a secret. */
export const redacted = '[redacted]'

/** Secrets shorter than this are replaced only where their position says that they are secret. */
const shortestSecretFoundAnywhere = 8

/**
 * Takes secrets out of whatever is written down. By position: credentials in Authorization headers, signatures of
 * UDP Connection Requests, values of parameters whose name ends in Password. By value: every secret it was told, wherever it appears.
 */
export interface Redactor {
  /** Makes a secret known. Call before the secret is first sent. */
  learn(secret: string): void
  /** Returns a copy: what is on the timeline must not change with what it came from. */
  redact<T>(value: T): T
}

/** Leaves everything as it is: for `--keep-secrets` and for tests. */
export const keepSecrets: Redactor = { learn: () => undefined, redact: value => value }

/** A redactor that knows no secret yet. */
export function createRedactor(): Redactor {
  /** The longest first, so that a secret inside another one leaves no rest of it. */
  let secrets: string[] = []

  const redactText = (text: string): string => {
    let result = text
    for (const secret of secrets) if (result.includes(secret)) result = result.replaceAll(secret, redacted)
    return byPosition(result)
  }

  const redactValue = (value: unknown, key?: string): unknown => {
    if (typeof value === 'string') {
      if (key !== undefined && isSecretName(key) && value !== '') return redacted
      return key === 'base64' ? redactBase64(value, redactText) : redactText(value)
    }
    if (Array.isArray(value)) return redactArray(value)
    if (value !== null && typeof value === 'object') return redactObject(value as Record<string, unknown>, key)
    return value
  }

  const redactArray = (array: readonly unknown[]): readonly unknown[] => {
    const [name, text] = array
    if (array.length === 2 && typeof name === 'string' && typeof text === 'string' && isCredentialsHeader(name))
      return [name, redactText(`${name}: ${text}`).slice(name.length + 2)]
    return array.map(item => redactValue(item))
  }

  /** @param parameter the full name of the parameter whose value the object holds, where that is its key */
  const redactObject = (object: Record<string, unknown>, parameter?: string): unknown => {
    const secretParameter = (parameter !== undefined && isSecretName(parameter)) || isSecretName(object['name'])
    const clean: Record<string, unknown> = {}
    for (const key of Object.keys(object)) {
      const value = object[key]
      const isSecret = secretParameter && key === 'value' && typeof value === 'string' && value !== ''
      setOwn(clean, key, isSecret ? redacted : redactValue(value, key))
    }
    return clean
  }

  return {
    learn(secret) {
      if (secret.length < shortestSecretFoundAnywhere) return
      const asLatin1 = Buffer.from(secret).toString('latin1')
      const hex = Buffer.from(secret).toString('hex')
      const forms = [secret, ...base64Forms(secret), escapeXml(secret), asLatin1, hex, hex.toUpperCase()]
      secrets = [...new Set([...secrets, ...forms])].sort((a, b) => b.length - a.length)
    },
    redact: value => redactValue(value) as typeof value,
  }
}

/** A device chooses the names of its parameters, which may be keys here. */
function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
  else object[key] = value
}

const isSecretName = (name: unknown) => typeof name === 'string' && /(?:password|secret|passphrase)$/i.test(name)
const isCredentialsHeader = (name: string) => /^(?:proxy-)?authorization$/i.test(name)

/**
 * Credentials whose place in the text gives them away. A device chooses the text: no pattern may begin anew within
 * what it has passed over already, or the time grows with the square of the length.
 */
function byPosition(text: string): string {
  if (!mayHoldCredentials(text)) return text
  return text
    .replace(/([?&;]sig=)[0-9A-Fa-f]+/gi, `$1${redacted}`)
    .replace(/(authorization\s*:\s*basic\s+)[A-Za-z0-9+/=._~-]+/gi, `$1${redacted}`)
    .replace(/authorization\s*:\s*digest\b[^\r\n]*/gi, line =>
      line.replace(/(\bresponse\s*=\s*"?)[0-9a-f]+/gi, `$1${redacted}`),
    )
    .replace(
      /(<Name\b[^<>]*>[^<]*(?:Password|Secret|Passphrase)<\/Name>\s*<Value\b[^<>]*>)(?:<!\[CDATA\[)?[^<]+(<\/Value>)/gi,
      `$1${redacted}$2`,
    )
    .replace(/(<(?:\w+:)?Password\b[^<>]*>)(?:<!\[CDATA\[)?[^<]+(<\/)/gi, `$1${redacted}$2`)
}

const credentialWords = ['authorization', 'password', 'secret', 'passphrase', 'sig=']

/** Nearly every text holds none of the words, and looking for them one by one is what finds that out soonest. */
function mayHoldCredentials(text: string): boolean {
  const lowerCase = text.toLowerCase()
  return credentialWords.some(word => lowerCase.includes(word))
}

function redactBase64(base64: string, redactText: (text: string) => string): string {
  const text = Buffer.from(base64, 'base64').toString('latin1')
  const clean = redactText(text)
  return clean === text ? base64 : Buffer.from(clean, 'latin1').toString('base64')
}

/**
 * The secret as a part of something longer in base64, which depends on the byte it begins at. At its edges characters
 * that also hold bits of its neighbours are left, but at the end of the whole none.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].flatMap(before => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const begin = Math.ceil((before * 8) / 6)
    return [whole.slice(begin), whole.slice(begin, Math.floor(((before + bytes.length) * 8) / 6))]
  })
}

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
