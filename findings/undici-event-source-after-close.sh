#!/usr/bin/env bash
# undici's EventSource, which is Node's own behind a flag, goes on after `close()` with what came in the same packet.
#
# Seen with undici 8.13.1 on Node 24. `close()` in a handler is how a page stops at the last event it wants. The events behind it in the same packet are
# dispatched all the same, and the handler runs again on a source whose readyState is 2. The same code in the `eventsource` package stops at once.
# Beside it: `event:` with an empty value is to make the next event a `message`; here the type of the field before it stays.
# Why it matters: "done" handlers that clean up are called twice or work on what they have freed; only when the server sends fast enough for two events to share a
# packet, so not in development.
# Instead: begin the handler with `if (source.readyState === 2) return`.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . undici@8.13.1 eventsource@5.1.5 node@24.21.0 || { echo "the pinned packages are not to be had any more"; exit 3; }

cat >run.mjs <<'JS'
import { createServer } from 'node:http';
import * as undici from 'undici';
import * as eventsource from 'eventsource';
const bodies = { '/close': 'data: one\n\ndata: two\n\ndata: three\n\n', '/type': 'event: update\nevent:\ndata: one\n\n' };
const origin = createServer((request, response) => { response.writeHead(200, { 'Content-Type': 'text/event-stream' }); response.write(bodies[request.url]); });
origin.listen(0, '127.0.0.1', async () => {
  for (const [name, { EventSource }] of Object.entries({ undici, eventsource })) {
    const url = `http://127.0.0.1:${origin.address().port}`;
    const seen = [];
    const source = new EventSource(`${url}/close`);
    source.onmessage = event => { seen.push(`${event.data} in state ${source.readyState}`); source.close(); };
    await new Promise(done => setTimeout(done, 1000));
    console.log(`${name}, closed at the first: ${seen.join(', ')}`);
    const typed = new EventSource(`${url}/type`);
    const type = await new Promise(done => { for (const one of ['message', 'update']) typed.addEventListener(one, event => done(event.type)); });
    typed.close();
    console.log(`${name}, an empty type: ${type}`);
  }
  process.exit();
});
JS
echo "node $(node_modules/.bin/node --version), undici 8.13.1, eventsource 5.1.5"
seen=$(timeout 60 node_modules/.bin/node run.mjs 2>/dev/null)
expected='undici, closed at the first: one in state 1, two in state 2, three in state 2
undici, an empty type: update
eventsource, closed at the first: one in state 1
eventsource, an empty type: message'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
