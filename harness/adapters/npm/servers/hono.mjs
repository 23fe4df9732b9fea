// npm `hono`, streamSSE; it has no comments, and refuses by throwing.
import { serve as listen } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'

export const serve = (events) => new Promise((done) => {
  const app = new Hono().get('/', (context) => streamSSE(context, async (stream) => {
    for await (const { id, type, data, retry } of events) {
      if (data !== undefined) {
        await stream.writeSSE({ id, event: type, data, retry }).catch(() => {})
      }
    }
  }))
  listen({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => done(port))
})
