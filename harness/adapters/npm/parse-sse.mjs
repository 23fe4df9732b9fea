// npm `parse-sse` over fetch.
import { parseServerSentEvents } from 'parse-sse'
import { parsers } from './orders.mjs'

parsers(async (response, { event }) => {
  for await (const one of parseServerSentEvents(response)) {
    event(one.type, one.data, one.lastEventId)
  }
})
