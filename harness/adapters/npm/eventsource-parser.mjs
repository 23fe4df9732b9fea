// npm `eventsource-parser` over fetch: a parser, so nothing about states and reconnecting; its ids are those in the event itself.
import { createParser } from 'eventsource-parser'
import { event, say, take } from './orders.mjs'

take((order) => {
  const { run } = order
  const stop = new AbortController()
  const parser = createParser({
    onEvent: (one) => event(run, one.event || 'message', one.data, one.id ?? ''),
    onRetry: (retry) => say(run, { retry }),
    onComment: (comment) => say(run, { comment }),
  })
  const read = async () => {
    const response = await fetch(order.url, { signal: stop.signal })
    const decoder = new TextDecoder()
    for await (const chunk of response.body) {
      parser.feed(decoder.decode(chunk, { stream: true }))
    }
  }
  read()
    .catch((error) => stop.signal.aborted || say(run, { error: error.message }))
    .finally(() => stop.signal.aborted || say(run, { closed: true }))
  return () => stop.abort()
})
