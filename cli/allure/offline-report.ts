/** Scripts of others that Allure puts into its report: their addresses and what feeds them. */
const loadedScripts = /<script\b[^>]*\bsrc="https?:[^"]*"[^>]*>\s*<\/script>\s*/g
const analytics = /<script>\s*window\.dataLayer\b[\s\S]*?<\/script>\s*/g
const anyReference = /<(?:script|link|img|iframe)\b[^>]{0,200}?\b(?:src|href)\s*=\s*["']?\s*(?:https?:)?\/\//

/** Everything that such a report needs is in it; nothing may be asked of a network, whatever a later Allure tries. */
const contentPolicy =
  "default-src data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src data: blob:; form-action 'none'"

/**
 * A report of Allure in one file, without the analytics that it loads from the network, and with a content policy that
 * forbids any such thing.
 * @throws Error when something is left that would be loaded
 */
export function withoutNetwork(html: string): string {
  const clean = html.replaceAll(loadedScripts, '').replaceAll(analytics, '')
  if (anyReference.test(clean)) throw new Error('The report of Allure still loads something from the network.')
  const head = clean.indexOf('<head>')
  if (head < 0) throw new Error('The report of Allure has no head.')
  const end = head + '<head>'.length
  return `${clean.slice(0, end)}\n<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">${clean.slice(end)}`
}
