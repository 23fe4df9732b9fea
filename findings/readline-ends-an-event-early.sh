#!/usr/bin/env bash
# Node's readline sees a blank line where a CRLF comes in two packets a little apart, so an event ends in its middle.
#
# Seen with Node 20 (readline of the standard library). `createInterface` joins CR and LF into one line end only when they come
# within `crlfDelay`, 100 ms unless told. Later than that the LF counts as a line end of its own: an empty line. In most formats
# that is harmless; in an event stream the empty line dispatches what was read so far, so one valid event becomes two wrong ones
# (here: `event: price` alone, then `data: 1` without its type).
# Why it matters: `for await (const line of readline.createInterface({ input }))` is how many small clients read event streams.
# The fault shows only on CRLF streams, only where a proxy or a segment's border cuts there, only when the second half is late.
# Instead: `crlfDelay: Infinity`, or a real event-stream parser.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >run.mjs <<'JS'
import http from 'node:http';
import readline from 'node:readline';
const origin = http.createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('event: price\r');
  setTimeout(() => response.end('\ndata: 1\r\n\r\n'), 500);
});
origin.listen(0, '127.0.0.1', async () => {
  for (const options of [{}, { crlfDelay: Infinity }]) {
    const input = await new Promise(done => http.get(`http://127.0.0.1:${origin.address().port}/`, done));
    const lines = [];
    for await (const line of readline.createInterface({ input, ...options })) lines.push(line);
    console.log(`crlfDelay ${options.crlfDelay ?? 'as it is'}: ${JSON.stringify(lines)}`);
  }
  process.exit();
});
JS
echo "node $(node --version)"
seen=$(timeout 30 node run.mjs)
expected='crlfDelay as it is: ["event: price","","data: 1",""]
crlfDelay Infinity: ["event: price","data: 1",""]'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
