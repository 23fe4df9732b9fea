// npm `event-source-plus`: hooks, which tell nothing of a stream that ends.
import { EventSourcePlus } from 'event-source-plus'
import { event, say, take } from './orders.mjs'

take(({ run, url, method, body, headers, closeAfter, closeAfterMs }) => {
  let count = 0
  const source = new EventSourcePlus(url, { method: method?.toLowerCase(), body, headers })
  const controller = source.listen({
    onMessage: (one) => {
      event(run, one.event || 'message', one.data, source.lastEventId ?? '')
      if (++count === closeAfter) {
        close()
      }
    },
  })
  const close = () => {
    controller.abort()
    say(run, { closed: true })
  }
  if (closeAfterMs !== undefined) {
    setTimeout(close, closeAfterMs)
  }
  return () => controller.abort()
})
