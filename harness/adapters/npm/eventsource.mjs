// npm `eventsource`: the browser's API, so it listens by name and tells states, but no retry time.
import { EventSource } from 'eventsource'
import { event, say, take } from './orders.mjs'

take((order) => {
  const { run, types, closeAfter, closeAfterMs, method, body, headers } = order
  const options = method || headers
    ? { fetch: (url, init) => fetch(url, { ...init, method: method ?? 'GET', body, headers: { ...init.headers, ...headers } }) }
    : undefined
  const source = new EventSource(order.url, options)
  let count = 0
  const close = () => {
    source.close()
    say(run, { closed: true })
  }
  for (const type of new Set([...types, 'open', 'error'])) {
    source.addEventListener(type, (one) => {
      if (one instanceof MessageEvent) {
        event(run, one.type, one.data, one.lastEventId)
        if (++count === closeAfter) {
          close()
        }
      } else if (type === 'open') {
        say(run, { open: true })
      } else {
        say(run, { error: one.message ?? '', status: one.code, state: source.readyState === 2 ? 'closed' : 'connecting' })
      }
    })
  }
  if (closeAfterMs !== undefined) {
    setTimeout(close, closeAfterMs)
  }
  return () => source.close()
})
