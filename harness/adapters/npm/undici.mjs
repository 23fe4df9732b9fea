// The EventSource of npm `undici`, which Node.js has behind a flag.
import { EventSource } from 'undici'
import { sources } from './orders.mjs'

sources(({ url }) => new EventSource(url))
