// What all adapters share: orders come by standard input, a JSON line each; what happens is printed, a JSON line each (../README.md).
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'

const MOST_DATA = 32 * 1024

/** Prints a line about a run. */
export function say(run, line) {
  process.stdout.write(JSON.stringify({ run, ...line }) + '\n')
}

/** Prints an event; a large one by length and hash. */
export function event(run, type, data, id) {
  if (data.length <= MOST_DATA) {
    say(run, { type, data, id })
  } else {
    const bytes = Buffer.from(data, 'utf8')
    say(run, { type, dataLength: bytes.length, dataSha256: createHash('sha256').update(bytes).digest('hex'), id })
  }
}

/** Opens each URL that is ordered; `open` gives back what closes it. */
export function take(open) {
  const runs = new Map()
  createInterface({ input: process.stdin }).on('line', (line) => {
    const order = JSON.parse(line)
    if (order.stop) {
      runs.get(order.run)?.()
      runs.delete(order.run)
    } else {
      runs.set(order.run, open(order))
    }
  })
  // What a library throws where nobody can catch it would end the runs beside it too.
  process.on('uncaughtException', (error) => console.error(error))
  say(undefined, { ready: true })
}

/** For what has the browser's API: it listens by name and tells states. `make` gives a source for an order. */
export function sources(make) {
  take((order) => {
    const { run, types, closeAfter, closeAfterMs } = order
    const source = make(order)
    let count = 0
    const close = () => {
      source.close()
      say(run, { closed: true })
    }
    // `end` and `closed` are launchdarkly-eventsource's own.
    for (const type of new Set([...types, 'open', 'error', 'end', 'closed'])) {
      source.addEventListener(type, (one) => {
        if (one.data !== undefined) {
          event(run, one.type, one.data, one.lastEventId)
          if (++count === closeAfter) {
            close()
          }
        } else if (type === 'open') {
          say(run, { open: true })
        } else if (type === 'closed') {
          say(run, { closed: true })
        } else {
          say(run, { error: one.message ?? '', status: one.code ?? one.status, state: source.readyState === 2 ? 'closed' : 'connecting' })
        }
      })
    }
    if (closeAfterMs !== undefined) {
      setTimeout(close, closeAfterMs)
    }
    return () => source.close()
  })
}

/** For parsers, which have no connection of their own: `read` takes the answer of fetch and what prints, and is done when its body is. */
export function parsers(read) {
  take((order) => {
    const stop = new AbortController()
    const tell = { event: (...one) => event(order.run, ...one), say: (line) => say(order.run, line) }
    fetch(order.url, { signal: stop.signal })
      .then((response) => read(response, tell))
      .catch((error) => stop.signal.aborted || tell.say({ error: error.message }))
      .finally(() => stop.signal.aborted || tell.say({ closed: true }))
    return () => stop.abort()
  })
}
