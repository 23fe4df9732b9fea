#!/usr/bin/env bash
# lighttpd makes a whole answer, with a Content-Length that fits, of an event stream that was cut.
#
# Seen with lighttpd 1.4.69-1 (Debian 12), mod_proxy. As it comes it holds an answer until the origin ends it. When the origin dies in the middle of a chunked
# body, what had come so far is sent with `Content-Length`, as if it were all; a client cannot know. With `server.stream-response-body = 2`
# the events pass one by one, and the same end is a cut over HTTP/1.1.
# Why it matters: nothing arrives while the stream runs, which one finds at once; that the half answer of a crashed service is a complete one to
# every client, cache and SDK is found much later.
# Instead: `server.stream-response-body = 2`, and a last event of the protocol's own.
set -euo pipefail
pins=(lighttpd=1.4.69-1 libnettle8=3.8.1-2 libxxhash0=0.8.1-1 libpcre2-8-0=10.42-1+deb12u2)
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" .; done
lib=$(echo "$dir"/usr/lib/*-linux-gnu); export LD_LIBRARY_PATH=$lib
usr/sbin/lighttpd -v >version || { echo "${pins[0]} does not run here"; exit 3; }

cat >run.js <<'JS'
const http = require('http'), { spawn } = require('child_process'), { writeFileSync, existsSync } = require('fs');
const origin = http.createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('data: one\n\n');
  setTimeout(() => response.destroy(), 1000);
});
const fate = socketPath => new Promise((done, failed) => http.get({ socketPath, path: '/events', headers: { Host: 'events' }, agent: false }, response => {
  let body = '';
  const length = response.headers['content-length'];
  const say = how => done(`${JSON.stringify(body)}, then ${how}; ${length ? `Content-Length: ${length}` : 'no Content-Length'}`);
  response.on('data', piece => body += piece).on('end', () => say('a clean end')).on('error', () => say('a cut'));
}).on('error', failed));
origin.listen('origin', async () => {
  console.log(`straight: ${await fate('origin')}`);
  for (const [name, line] of [['as it comes', ''], ['stream-response-body = 2', 'server.stream-response-body = 2']]) {
    const front = `front${line.length}`;
    writeFileSync('lighttpd.conf', `server.modules = ("mod_proxy")\nserver.document-root = "${process.cwd()}"\nserver.bind = "${process.cwd()}/${front}"\n${line}
proxy.server = ("" => (("socket" => "${process.cwd()}/origin")))\n`);
    const proxy = spawn('usr/sbin/lighttpd', ['-D', '-f', 'lighttpd.conf', '-m', process.argv[2]], { stdio: 'ignore' });
    process.on('exit', () => proxy.kill());
    for (let tries = 0; tries < 100 && !existsSync(front); tries++) await new Promise(done => setTimeout(done, 100));
    console.log(`${name}: ${await fate(front)}`);
  }
  process.exit();
});
JS
dpkg-deb --show lighttpd_*.deb
seen=$(timeout 40 node run.js "$dir/usr/lib/lighttpd")
expected='straight: "data: one\n\n", then a cut; no Content-Length
as it comes: "data: one\n\n", then a clean end; Content-Length: 11
stream-response-body = 2: "data: one\n\n", then a cut; no Content-Length'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
