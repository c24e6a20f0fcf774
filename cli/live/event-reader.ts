/** One server-sent event. */
export interface ReceivedEvent {
  id: string
  event: string
  data: unknown
}

/** Reads server-sent events over fetch, for tests. */
export async function* readEvents(url: string, options: RequestInit = {}): AsyncGenerator<ReceivedEvent> {
  const response = await fetch(url, options)
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}.`)
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = parseEvent(text.slice(0, end))
      text = text.slice(end + 2)
      if (event) yield event
    }
  }
}

function parseEvent(block: string): ReceivedEvent | undefined {
  const fields = new Map(
    block.split('\n').map(line => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)] as const
    }),
  )
  const data = fields.get('data')
  if (data === undefined) return undefined
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? 'message', data: JSON.parse(data) }
}
