// npm `fetch-event-stream` over fetch; its ids are those in the event itself.
import { events } from 'fetch-event-stream'
import { parsers } from './orders.mjs'

parsers(async (response, { event }) => {
  for await (const one of events(response)) {
    event(one.event || 'message', one.data ?? '', one.id === undefined ? '' : `${one.id}`)
  }
})
