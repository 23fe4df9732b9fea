// A server library as a publisher under test: node publish.mjs NAME serves what comes by standard input as one stream, and prints what comes of it.
// NAME.mjs has `serve(events)`, which starts a server on a free port of 127.0.0.1 whose / sends these events, and gives the port.
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'

async function* events() {
  for await (const line of createInterface({ input: process.stdin })) {
    yield JSON.parse(line)
  }
}

const { serve } = await import(`./${process.argv[2]}.mjs`)
const answer = await fetch(`http://127.0.0.1:${await serve(events())}/`, { headers: { Accept: 'text/event-stream' } })
await pipeline(answer.body, process.stdout)
process.exit()
