// npm `@fastify/sse`: text as it is; it has no comments.
import Fastify from 'fastify'
import sse from '@fastify/sse'

export const serve = async (events) => {
  const fastify = Fastify()
  await fastify.register(sse, { heartbeatInterval: 0, serializer: (text) => text })
  fastify.get('/', { sse: 'only' }, async (request, reply) => {
    for await (const { id, type, data, retry } of events) {
      if (data !== undefined) {
        await reply.sse.send({ id, event: type, data, retry })
      }
    }
  })
  await fastify.listen({ host: '127.0.0.1', port: 0 })
  return fastify.server.address().port
}
