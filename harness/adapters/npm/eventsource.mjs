// npm `eventsource`: the browser's API over fetch; method, body and headers by a fetch of one's own.
import { EventSource } from 'eventsource'
import { sources } from './orders.mjs'

sources(({ url, method, body, headers }) =>
  new EventSource(url, method || headers
    ? { fetch: (to, init) => fetch(to, { ...init, method: method ?? 'GET', body, headers: { ...init.headers, ...headers } }) }
    : undefined))
