// After npm `event-source-polyfill`: takes the place of a page's EventSource. Its events are no MessageEvents.
window.EventSource = class extends EventSourcePolyfill {
  addEventListener(type, heard) {
    super.addEventListener(type, (one) =>
      heard(one.data === undefined ? one : new MessageEvent(type, { data: one.data, lastEventId: one.lastEventId })))
  }
}
