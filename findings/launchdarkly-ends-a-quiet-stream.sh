#!/usr/bin/env bash
# launchdarkly-eventsource breaks a healthy stream that is silent for five seconds, though no time-out was asked for.
#
# Seen with launchdarkly-eventsource 2.2.0 on Node 20. Two things meet: since Node 19 the default agent of `http` has a socket
# time-out of 5 s, which by itself only raises an event `timeout` on the request; this client takes that event for its own
# option `readTimeoutMillis`, which is not set, and says so: "received no data in undefinedms". With an agent that has no
# time-out, the same client on the same stream stays.
# Why it matters: heartbeats of 15 s and more are usual. The client reconnects every few seconds for ever, which on the server
# looks like flapping clients, and events between two connections are lost unless there are ids and a history.
# Instead: give the client an agent of its own (`agent: new http.Agent({ keepAlive: true })`) or set `readTimeoutMillis` above
# the server's heartbeat. Any library that ends a request on `timeout` without having set one has this.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . launchdarkly-eventsource@2.2.0 || { echo "launchdarkly-eventsource 2.2.0 is not to be had any more"; exit 3; }

cat >run.cjs <<'JS'
const http = require('http');
const { EventSource } = require('launchdarkly-eventsource');
const origin = http.createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('data: one\n\n');
});
origin.listen(0, '127.0.0.1', async () => {
  for (const [name, options] of [['default agent', {}], ['agent of its own', { agent: new http.Agent({ keepAlive: true }) }]]) {
    const source = new EventSource(`http://127.0.0.1:${origin.address().port}/events`, options);
    const fate = await new Promise(done => {
      source.onmessage = () => setTimeout(() => done('open after 12 s of silence'), 12000);
      source.onerror = error => done(`error: ${error.message}`);
    });
    source.close();
    console.log(`${name}: ${fate}`);
  }
  process.exit();
});
JS
echo "node $(node --version), launchdarkly-eventsource 2.2.0"
seen=$(timeout 60 node run.cjs)
expected='default agent: error: Read timeout, received no data in undefinedms, assuming connection is dead
agent of its own: open after 12 s of silence'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
