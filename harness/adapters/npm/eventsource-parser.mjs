// npm `eventsource-parser` over fetch; its ids are those in the event itself.
import { createParser } from 'eventsource-parser'
import { parsers } from './orders.mjs'

parsers(async (response, { event, say }) => {
  const parser = createParser({
    onEvent: (one) => event(one.event || 'message', one.data, one.id ?? ''),
    onRetry: (retry) => say({ retry }),
    onComment: (comment) => say({ comment }),
  })
  const decoder = new TextDecoder()
  for await (const chunk of response.body) {
    parser.feed(decoder.decode(chunk, { stream: true }))
  }
})
