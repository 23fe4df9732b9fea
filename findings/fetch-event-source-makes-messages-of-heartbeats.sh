#!/usr/bin/env bash
# fetch-event-source hands every heartbeat of the server to `onmessage`, as a message with empty data.
#
# Seen with @microsoft/fetch-event-source 2.0.1. A block without `data` is no event: a comment, a lone `retry`, a lone `id`. This client calls
# onmessage for each of them, with `data: ''`. What an application does in onmessage is `JSON.parse(message.data)`: it throws there, the
# client takes that for a failure of the stream, ends the connection and comes back after a second. The next heartbeat does the same.
# Why it matters: works with every stream in development; behind a server or gateway with heartbeats the client flaps for ever, and what is sent in
# the second between two connections is lost where there are no ids.
# Instead: begin onmessage with `if (message.data === '') return`.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . @microsoft/fetch-event-source@2.0.1 || { echo "@microsoft/fetch-event-source 2.0.1 is not to be had any more"; exit 3; }

cat >run.cjs <<'JS'
const http = require('http');
globalThis.window = globalThis;
globalThis.document = { addEventListener() {}, removeEventListener() {} };
const { fetchEventSource } = require('@microsoft/fetch-event-source');
let asked = 0;
const origin = http.createServer((_, response) => {
  asked++;
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(': heartbeat\n\n');
  const timer = setTimeout(() => response.write('data: {"text":"one"}\n\n'), 300);
  response.on('close', () => clearTimeout(timer));
});
origin.listen(0, '127.0.0.1', async () => {
  for (const careful of [false, true]) {
    asked = 0;
    const got = [], errors = new Set();
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 3500);
    await fetchEventSource(`http://127.0.0.1:${origin.address().port}/events`, {
      openWhenHidden: true, signal: stop.signal,
      onmessage: message => { if (!careful || message.data !== '') got.push(JSON.parse(message.data).text); },
      onerror: error => void errors.add(error.name),
    });
    console.log(`${careful ? 'empty data left out' : 'as it comes'}: ${asked > 1 ? 'asked again and again' : 'asked once'}, events: ${got}, errors: ${[...errors]}`);
  }
  process.exit();
});
JS
echo "node $(node --version), @microsoft/fetch-event-source 2.0.1"
seen=$(timeout 60 node run.cjs)
expected='as it comes: asked again and again, events: , errors: SyntaxError
empty data left out: asked once, events: one, errors: '
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
