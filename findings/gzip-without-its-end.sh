#!/usr/bin/env bash
# A gzip stream that stops before its end passes for a whole answer in curl, Node's fetch and node-fetch; gzip itself raises an error.
#
# Seen with curl 7.88.1, Node 20.20.2 and npm node-fetch 3.3.2. The format has an end: a last block, a checksum and a length.
# The answer here has no length and no chunks, its end is the connection's (as behind every HTTP/1.0 hop), so that end is the
# only thing by which a client could tell a finished stream from a broken one. All three hand out what they have and report
# success: curl's exit code is 0, both fetches resolve.
# Why it matters: "it is compressed, so we would notice" is not true for streams; half an answer of a model is taken for whole.
# Instead: send a last event of the protocol's own and insist on it; do not compress event streams where it can be helped.
set -euo pipefail
dir=$(mktemp -d); origin=
trap '[[ -z $origin ]] || kill "$origin" 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . node-fetch@3.3.2 || { echo "node-fetch 3.3.2 is not to be had any more"; exit 3; }

cat >origin.cjs <<'JS'
const gzip = require('zlib').createGzip(), pieces = [];
gzip.on('data', piece => pieces.push(piece));
gzip.write('data: one\n\n');
gzip.flush(() => {
  require('fs').writeFileSync('body.gz', Buffer.concat(pieces));
  require('net').createServer(socket => socket.on('error', () => {}).once('data', () => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n');
    socket.end(Buffer.concat(pieces));
  })).listen(0, '127.0.0.1', function () { require('fs').writeFileSync('port', `${this.address().port}`); });
});
setTimeout(() => process.exit(), 60000);
JS
cat >run.mjs <<'JS'
import nodeFetch from 'node-fetch';
for (const [name, get] of [['fetch', fetch], ['node-fetch', nodeFetch]]) {
  const fate = await get(process.argv[2]).then(response => response.text()).then(JSON.stringify, error => `error: ${error.message}`);
  console.log(`${name}: ${fate}`);
}
JS
node origin.cjs & origin=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
uri="http://127.0.0.1:$(<port)/events"

curl --version | head -n 1 | cut -d ' ' -f 1,2
echo "node $(node --version), node-fetch 3.3.2"
seen=$(
  code=0; text=$(gzip -dc <body.gz 2>/dev/null) || code=$?; echo "gzip: $text, exit code $code"
  code=0; text=$(curl -sS --max-time 20 --compressed "$uri") || code=$?; echo "curl: $text, exit code $code"
  timeout 30 node run.mjs "$uri")
expected='gzip: data: one, exit code 1
curl: data: one, exit code 0
fetch: "data: one\n\n"
node-fetch: "data: one\n\n"'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
