#!/usr/bin/env bash
# tinyproxy in front of an origin lets one `Set-Cookie` of an answer through, and drops the others without a word.
#
# Seen with tinyproxy-bin 1.11.1-2.1+deb12u1 (Debian 12), as a reverse proxy. It keeps an answer's fields in a table by name, one value each. Of fields that may
# stand several times, Set-Cookie, Vary, Cache-Control, the first alone arrives.
# Why it matters: a session cookie and the cookie of a load balancer that ties a client to a server are two: which of them is lost is a matter of their order, and
# a client that opens its stream again then comes to another server, or as somebody else.
# Instead: join what can be joined by commas (all but Set-Cookie), set one cookie only, or put another proxy there.
set -euo pipefail
pins=(tinyproxy-bin=1.11.1-2.1+deb12u1)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" .; done
usr/bin/tinyproxy -v >version || { echo "${pins[0]} does not run here"; exit 3; }

cat >run.js <<'JS'
const http = require('http'), net = require('net'), { spawn } = require('child_process'), { writeFileSync } = require('fs');
const free = () => new Promise(done => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });
const origin = http.createServer((_, response) => {
  response.writeHead(200, ['Content-Type', 'text/event-stream', 'Set-Cookie', 'session=a', 'Set-Cookie', 'server=b', 'Vary', 'Origin', 'Vary', 'Cookie']);
  response.end('data: one\n\n');
});
origin.listen(0, '127.0.0.1', async () => {
  const port = await free();
  writeFileSync('tinyproxy.conf', `Listen 127.0.0.1\nPort ${port}\nReverseOnly Yes\nReversePath "/" "http://127.0.0.1:${origin.address().port}/"\n`);
  const proxy = spawn('usr/bin/tinyproxy', ['-d', '-c', 'tinyproxy.conf'], { stdio: 'ignore' });
  process.on('exit', () => proxy.kill());
  const get = to => new Promise((done, failed) => http.get({ host: '127.0.0.1', port: to, path: '/events', agent: false }, done).on('error', failed));
  const fields = answer => answer.rawHeaders.flatMap((name, i) => i % 2 === 0 && /^(set-cookie|vary)$/i.test(name) ? [`${name}: ${answer.rawHeaders[i + 1]}`] : []).join(', ');
  console.log(`straight: ${fields(await get(origin.address().port))}`);
  for (let tries = 0; ; tries++) {
    try { console.log(`through tinyproxy: ${fields(await get(port))}`); break; } catch (error) { if (tries === 50) throw error; await new Promise(done => setTimeout(done, 100)); }
  }
  process.exit();
});
JS
dpkg-deb --show tinyproxy-bin_*.deb
seen=$(timeout 30 node run.js)
expected='straight: Set-Cookie: session=a, Set-Cookie: server=b, Vary: Origin, Vary: Cookie
through tinyproxy: Set-Cookie: session=a, Vary: Origin'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
