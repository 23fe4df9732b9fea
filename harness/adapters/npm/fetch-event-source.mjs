// npm `@microsoft/fetch-event-source`, which wants a page around it. Its ids are those in the event itself.
import { event, say, take } from './orders.mjs'

globalThis.window = globalThis
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} }
const { default: { EventStreamContentType, fetchEventSource } } = await import('@microsoft/fetch-event-source')

take(({ run, url, method, body, headers, closeAfter, closeAfterMs }) => {
  const stop = new AbortController()
  let count = 0
  const close = () => {
    stop.abort()
    say(run, { closed: true })
  }
  fetchEventSource(url, {
    method, body, headers: { ...headers }, signal: stop.signal, openWhenHidden: true,
    // As its own, which is replaced by this one.
    onopen: async (response) => {
      const type = response.headers.get('content-type')
      if (!type?.startsWith(EventStreamContentType)) {
        throw new Error(`content-type ${type}`)
      }
      say(run, { open: true })
    },
    onmessage: (one) => {
      event(run, one.event || 'message', one.data, one.id)
      if (++count === closeAfter) {
        close()
      }
    },
    onerror: (error) => say(run, { error: error.message, state: 'connecting' }),
  }).then(() => stop.signal.aborted || say(run, { closed: true }), (error) => say(run, { error: error.message, state: 'closed' }))
  if (closeAfterMs !== undefined) {
    setTimeout(close, closeAfterMs)
  }
  return () => stop.abort()
})
