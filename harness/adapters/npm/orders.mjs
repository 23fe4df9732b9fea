// What both adapters share: orders come by standard input, a JSON line each; what happens is printed, a JSON line each (../README.md).
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
}
