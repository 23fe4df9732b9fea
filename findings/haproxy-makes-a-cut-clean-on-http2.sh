#!/usr/bin/env bash
# HAProxy tells an HTTP/1.1 client that the origin's stream was cut, and tells an HTTP/2 client of the same moment that it is finished.
#
# Seen with haproxy 2.6.12-1+deb12u4 (Debian 12). The origin sends a chunked event stream and dies without the last chunk. Towards
# HTTP/1.1 HAProxy closes without a last chunk, an error in every client; towards HTTP/2 it sends END_STREAM, no RST_STREAM.
# Why it matters: tests are run over HTTP/1.1, browsers and SDKs come over HTTP/2. Model and agent SDKs take a clean end for a whole
# answer, so half an answer is kept as a whole one, and only in production.
# Instead: never take the transport's word for completeness; send (and insist on) a last event of the protocol's own.
set -euo pipefail
pins=(haproxy=2.6.12-1+deb12u4 liblua5.3-0=5.3.6-2 libopentracing1=1.6.0-4 libopentracing-c-wrapper0=1.1.3-3+b1)
dir=$(mktemp -d); proxy=
trap '[[ -z $proxy ]] || kill "$proxy" 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu); export LD_LIBRARY_PATH
usr/sbin/haproxy -v >version || { echo "${pins[0]} does not run here"; exit 3; }

cat >haproxy.cfg <<CFG
defaults
  mode http
  timeout connect 5s
  timeout client 50s
  timeout server 50s
listen events
  bind unix@$dir/http1
  bind unix@$dir/http2 proto h2
  server origin unix@$dir/origin
CFG
cat >run.js <<'JS'
const http = require('http'), http2 = require('http2'), net = require('net');
const origin = http.createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('data: one\n\n');
  setTimeout(() => response.destroy(), 500);
});
const fate = stream => new Promise(done => {
  let body = '';
  stream.on('data', piece => body += piece);
  stream.on('end', () => done(`${JSON.stringify(body)}, then a clean end`));
  stream.on('error', () => done(`${JSON.stringify(body)}, then a cut`));
});
origin.listen('origin', async () => {
  const answer = socketPath => new Promise(done => http.get({ socketPath, path: '/', headers: { Host: 'events' } }, done));
  console.log('straight:', await fate(await answer('origin')));
  console.log('HTTP/1.1:', await fate(await answer('http1')));
  const session = http2.connect('http://events', { createConnection: () => net.connect('http2') });
  const stream = session.request({ ':path': '/' });
  console.log('HTTP/2:', await fate(stream), `(reset code ${stream.rstCode})`);
  process.exit();
});
JS
usr/sbin/haproxy -db -f haproxy.cfg 2>log & proxy=$!
for _ in {1..100}; do [[ -S http2 ]] && break; sleep 0.1; done
dpkg-deb --show haproxy_*.deb
seen=$(timeout 30 node run.js)
expected='straight: "data: one\n\n", then a cut
HTTP/1.1: "data: one\n\n", then a cut
HTTP/2: "data: one\n\n", then a clean end (reset code 0)'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
