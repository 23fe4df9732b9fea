// npm `extended-eventsource`: the browser's API over fetch.
import { EventSource } from 'extended-eventsource'
import { sources } from './orders.mjs'

sources(({ url, method, body, headers }) => new EventSource(url, { method, body, headers, disableLogger: true }))
