// After npm `sse.js`: takes the place of a page's EventSource. Its events are no MessageEvents, and it does not come back unasked.
window.EventSource = function (url) {
  const source = new SSE(url, { autoReconnect: true })
  const listen = source.addEventListener
  source.addEventListener = (type, heard) => listen.call(source, type, (one) =>
    heard(one.data === undefined || one.responseCode !== undefined ? one : new MessageEvent(type, { data: one.data, lastEventId: one.lastEventId })))
  return source
}
window.EventSource.CLOSED = SSE.CLOSED
