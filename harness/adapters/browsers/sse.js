// After npm `sse.js`: takes the place of a page's EventSource. Its errors have data, and it does not come back unasked.
window.EventSource = function (url) {
  const source = new SSE(url, { autoReconnect: true })
  const listen = source.addEventListener
  source.addEventListener = (type, heard) => listen.call(source, type, (one) => heard(one.responseCode === undefined ? one : new Event(type)))
  return source
}
