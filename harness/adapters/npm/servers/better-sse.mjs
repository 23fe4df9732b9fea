// npm `better-sse`: text as it is, and nothing of its own (retry, keepAlive).
import { createServer } from 'node:http'
import { createSession } from 'better-sse'

export const serve = (events) => new Promise((done) => {
  const server = createServer(async (request, response) => {
    const session = await createSession(request, response, { retry: null, keepAlive: null, serializer: (text) => text })
    for await (const { id, type, data, comment, retry } of events) {
      await session.batch((buffer) => {
        if (comment !== undefined) buffer.comment(comment)
        if (retry !== undefined) buffer.retry(retry)
        if (type !== undefined) buffer.event(type)
        if (id !== undefined) buffer.id(id)
        if (data !== undefined) buffer.data(data)
        buffer.dispatch()
      })
    }
    response.end()
  }).listen(0, '127.0.0.1', () => done(server.address().port))
})
