// npm `@nestjs/core`, @Sse, without its decorators' syntax. It gives an event without an id one of its own.
import 'reflect-metadata'
import { Controller, Module, Sse } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { from } from 'rxjs'

export const serve = async (events) => {
  class Events {
    all() {
      return from(events)
    }
  }
  Sse()(Events.prototype, 'all', Object.getOwnPropertyDescriptor(Events.prototype, 'all'))
  Controller()(Events)
  class App {}
  Module({ controllers: [Events] })(App)
  const app = await NestFactory.create(App, { logger: false })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer().address().port
}
