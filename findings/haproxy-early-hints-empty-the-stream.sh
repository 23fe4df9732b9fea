#!/usr/bin/env bash
# HAProxy loses all events of a stream whose origin sends `103 Early Hints` and the head in one packet.
#
# Seen with haproxy 2.6.12-1+deb12u4 (Debian 12). An origin may send an interim answer before its own: `103 Early Hints`, with links that a
# browser can fetch meanwhile. When its bytes and those of the head behind it come in one read, HAProxy passes both heads on and nothing of the body: the client
# has a 200, an open event stream, no event, and a clean end. With half a second between the two all events arrive.
# Why it matters: whether two writes share a packet is a matter of load and of the network card. A middleware that adds Early Hints for all answers, with
# `response.writeEarlyHints` of Node say, makes streams that are empty now and then, in production only.
# Instead: no interim answers on event streams.
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
  bind unix@$dir/front
  server origin unix@$dir/origin
CFG
cat >run.js <<'JS'
const http = require('http'), net = require('net');
const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n';
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const event = 'b\r\ndata: one\n\n\r\n';
const origin = net.createServer(socket => socket.on('error', () => {}).once('data', request => {
  const together = request.toString().startsWith('GET /together');
  socket.write(together ? hints + head : hints);
  setTimeout(() => { socket.write(together ? event : head + event); }, 500);
  setTimeout(() => { socket.end('0\r\n\r\n'); }, 1000);
}));
const fate = (socketPath, path) => new Promise(done => {
  let body = '';
  http.get({ socketPath, path, headers: { Host: 'events' }, agent: false }, response => {
    const say = how => done(`status ${response.statusCode}, ${JSON.stringify(body)}, ${how}`);
    response.on('data', piece => body += piece).on('end', () => say('a clean end')).on('error', () => say('a cut'));
  }).on('error', error => done(`error ${error.code}`));
});
origin.listen('origin', async () => {
  for (const path of ['/together', '/apart'])
    for (const [by, socket] of [['straight', 'origin'], ['through HAProxy', 'front']]) console.log(`${path} ${by}: ${await fate(socket, path)}`);
  process.exit();
});
JS
usr/sbin/haproxy -db -f haproxy.cfg 2>log & proxy=$!
for _ in {1..100}; do [[ -S front ]] && break; sleep 0.1; done
dpkg-deb --show haproxy_*.deb
seen=$(timeout 30 node run.js)
expected='/together straight: status 200, "data: one\n\n", a clean end
/together through HAProxy: status 200, "", a clean end
/apart straight: status 200, "data: one\n\n", a clean end
/apart through HAProxy: status 200, "data: one\n\n", a clean end'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
