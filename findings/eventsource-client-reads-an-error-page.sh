#!/usr/bin/env bash
# eventsource-client takes any answer for an event stream: a 401, a 500 or a page of HTML opens it, and it is asked for again every two seconds, for ever.
#
# Seen with eventsource-client 1.2.0. `onConnect` is called and `readyState` is `open` whatever the status and the media type are; the body is fed to the
# parser, which finds nothing in it; its end is a reconnect. Only 204 stops it. The browser's EventSource fails for good on each of these.
# Why it matters: an expired token looks like a stream on which nothing happens: `open`, no event, no error. The server gets a request every two seconds of each
# client. And a page of HTML with a line that begins with `data:` is an event.
# Instead: give it a `fetch` of your own that throws, and stops the client, when the status is not 200 or the type not text/event-stream.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . eventsource-client@1.2.0 eventsource@3.0.7 || { echo "the pinned packages are not to be had any more"; exit 3; }

cat >run.mjs <<'JS'
import { createServer } from 'node:http';
import { createEventSource } from 'eventsource-client';
import { EventSource } from 'eventsource';
let asked = 0;
const origin = createServer((request, response) => {
  asked++;
  const refused = request.url === '/refused';
  response.writeHead(refused ? 401 : 200, { 'Content-Type': refused ? 'application/json' : 'text/html' });
  response.end(refused ? '{"error":"token expired"}' : '<html>\ndata: from a page\n\n</html>');
});
origin.listen(0, '127.0.0.1', async () => {
  for (const path of ['/refused', '/page']) {
    const url = `http://127.0.0.1:${origin.address().port}${path}`;
    asked = 0;
    const said = new Set();
    const client = createEventSource({ url, onConnect: () => said.add('connected'), onMessage: message => said.add(`event "${message.data}"`) });
    await new Promise(done => setTimeout(done, 5000));
    client.close();
    console.log(`eventsource-client ${path}: ${[...said].join(', ')}, ${asked > 1 ? 'asked again' : 'asked once'}`);
    asked = 0;
    const source = new EventSource(url);
    await new Promise(done => { source.onopen = source.onerror = event => done(said.add(event.type)); });
    await new Promise(done => setTimeout(done, 4000));
    console.log(`eventsource ${path}: ${source.readyState === 2 ? 'closed' : 'not closed'}, ${asked > 1 ? 'asked again' : 'asked once'}`);
  }
  process.exit();
});
JS
echo "node $(node --version), eventsource-client 1.2.0, eventsource 3.0.7"
seen=$(timeout 60 node run.mjs)
expected='eventsource-client /refused: connected, asked again
eventsource /refused: closed, asked once
eventsource-client /page: connected, event "from a page", asked again
eventsource /page: closed, asked once'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
