// npm `launchdarkly-eventsource`: the browser's API over Node's http module.
import { EventSource } from 'launchdarkly-eventsource'
import { sources } from './orders.mjs'

sources(({ url, method, body, headers }) => new EventSource(url, { method, body, headers }))
