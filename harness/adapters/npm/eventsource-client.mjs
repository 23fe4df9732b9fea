// npm `eventsource-client`: callbacks; the id is what it would resume from.
import { createEventSource } from 'eventsource-client'
import { event, say, take } from './orders.mjs'

take(({ run, url, method, body, headers, lastEventId, closeAfter, closeAfterMs }) => {
  let count = 0
  const source = createEventSource({
    url, method, body, headers, initialLastEventId: lastEventId,
    onConnect: () => say(run, { open: true }),
    onScheduleReconnect: () => say(run, { error: '', state: 'connecting' }),
    onDisconnect: () => setImmediate(() => source.readyState === 'closed' && say(run, { closed: true })),
    onComment: (comment) => say(run, { comment }),
    onMessage: (one) => {
      event(run, one.event || 'message', one.data, source.lastEventId ?? '')
      if (++count === closeAfter) {
        close()
      }
    },
  })
  const close = () => {
    source.close()
    say(run, { closed: true })
  }
  if (closeAfterMs !== undefined) {
    setTimeout(close, closeAfterMs)
  }
  return () => source.close()
})
