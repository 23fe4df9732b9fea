#!/usr/bin/env bash
# event-source-plus gives of an event with several `data` lines the last one only.
#
# Seen with event-source-plus 0.1.15. The format's one way to send a line break is another `data:` line, and every server library writes text that way.
# This client overwrites what the line before said, so a message of three lines arrives as its third, without an error.
# Why it matters: JSON on one line works, so all tests pass; the first pretty-printed JSON, source code or answer of a model with a paragraph is cut.
# Instead: another client, or no line break in what is sent (JSON without indentation).
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . event-source-plus@0.1.15 eventsource-parser@3.0.6 || { echo "the pinned packages are not to be had any more"; exit 3; }

cat >run.mjs <<'JS'
import { createServer } from 'node:http';
import { EventSourcePlus } from 'event-source-plus';
import { createParser } from 'eventsource-parser';
const body = 'data: first\ndata: second\ndata: third\n\n';
const origin = createServer((_, response) => { response.writeHead(200, { 'Content-Type': 'text/event-stream' }); response.write(body); });
origin.listen(0, '127.0.0.1', () => {
  createParser({ onEvent: event => console.log(`eventsource-parser: ${JSON.stringify(event.data)}`) }).feed(body);
  new EventSourcePlus(`http://127.0.0.1:${origin.address().port}/events`).listen({
    onMessage: message => { console.log(`event-source-plus: ${JSON.stringify(message.data)}`); process.exit(); },
  });
});
JS
echo "node $(node --version), event-source-plus 0.1.15, eventsource-parser 3.0.6"
seen=$(timeout 60 node run.mjs)
expected='eventsource-parser: "first\nsecond\nthird"
event-source-plus: "third"'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
