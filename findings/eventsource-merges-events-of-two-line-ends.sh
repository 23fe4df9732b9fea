#!/usr/bin/env bash
# eventsource 2 and launchdarkly-eventsource make one event of several, or none, when a stream has LF and CRLF lines and they come in one packet.
#
# Seen with eventsource 2.0.2 and launchdarkly-eventsource 2.2.0, which was made from it. The format allows LF, CR and CRLF side by side, and streams have it so as
# soon as somebody between puts something in: a proxy its heartbeat, a middleware an event. For each line the reader looks through the packet from its first
# byte again, and every carriage return that it meets, also one of a line long read, makes it drop the next line feed. That is the blank line that ends an event.
# Why it matters: each event alone in its packet is read well, as in every test by hand. Under load, and when a client catches up, events have the lines of
# others, or are gone, without an error. Version 2.0.2 is the last one before `import` and is what many still have.
# Instead: one line end in a stream, above all in what is put into somebody else's; eventsource 3 and later, or eventsource-parser, which read it as it is meant.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . eventsource@2.0.2 launchdarkly-eventsource@2.2.0 eventsource-parser@3.0.6 \
  || { echo "the pinned packages are not to be had any more"; exit 3; }

cat >run.cjs <<'JS'
const http = require('http');
const streams = {
  'LF, with a comment in CRLF': ['data: one\n\n', ': heartbeat\r\n', 'data: two\n\n', 'data: three\n\n', 'data: four\n\n'],
  'CRLF, with an event in LF': ['data: one\r\n\r\n', 'data: two\n\n', 'data: three\r\n\r\n', 'data: four\r\n\r\n'],
};
const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
const origin = http.createServer(async (request, response) => {
  const [, stream, how] = decodeURIComponent(request.url).split('/');
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  if (how === 'in one packet') response.write(streams[stream].join(''));
  else for (const piece of streams[stream]) { response.write(piece); await pause(150); }
});
const library = EventSource => async url => {
  const source = new EventSource(url), events = [];
  source.onmessage = event => events.push(event.data);
  await pause(1500);
  source.close();
  return events;
};
const parser = async url => {
  const { createParser } = await import('eventsource-parser');
  const left = new AbortController(), events = [], { feed } = createParser({ onEvent: event => events.push(event.data) });
  setTimeout(() => left.abort(), 1500);
  const text = new TextDecoder();
  try { for await (const piece of (await fetch(url, { signal: left.signal })).body) feed(text.decode(piece, { stream: true })); } catch { }
  return events;
};
const readers = {
  'eventsource': library(require('eventsource')),
  'launchdarkly-eventsource': library(require('launchdarkly-eventsource').EventSource),
  'eventsource-parser': parser,
};
origin.listen(0, '127.0.0.1', async () => {
  for (const stream of Object.keys(streams))
    for (const how of ['one by one', 'in one packet'])
      for (const [name, read] of Object.entries(readers))
        console.log(`${stream}, ${how}, ${name}:`, JSON.stringify(await read(`http://127.0.0.1:${origin.address().port}/${encodeURIComponent(stream)}/${encodeURIComponent(how)}`)));
  process.exit();
});
JS
echo "node $(node --version), eventsource 2.0.2, launchdarkly-eventsource 2.2.0, eventsource-parser 3.0.6"
seen=$(timeout 60 node run.cjs)
expected='LF, with a comment in CRLF, one by one, eventsource: ["one","two","three","four"]
LF, with a comment in CRLF, one by one, launchdarkly-eventsource: ["one","two","three","four"]
LF, with a comment in CRLF, one by one, eventsource-parser: ["one","two","three","four"]
LF, with a comment in CRLF, in one packet, eventsource: ["one"]
LF, with a comment in CRLF, in one packet, launchdarkly-eventsource: ["one"]
LF, with a comment in CRLF, in one packet, eventsource-parser: ["one","two","three","four"]
CRLF, with an event in LF, one by one, eventsource: ["one","two","three","four"]
CRLF, with an event in LF, one by one, launchdarkly-eventsource: ["one","two","three","four"]
CRLF, with an event in LF, one by one, eventsource-parser: ["one","two","three","four"]
CRLF, with an event in LF, in one packet, eventsource: ["one","two\nthree","four"]
CRLF, with an event in LF, in one packet, launchdarkly-eventsource: ["one","two\nthree","four"]
CRLF, with an event in LF, in one packet, eventsource-parser: ["one","two","three","four"]'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
