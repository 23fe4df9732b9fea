#!/usr/bin/env bash
# Apache says that an HTTP/2 connection may have a hundred streams, and serves six: the seventh request waits until an event stream ends.
#
# Seen with apache2-bin 2.4.71-1~deb12u1 (Debian 12), mod_proxy_http and mod_http2. Its SETTINGS frame says MAX_CONCURRENT_STREAMS 100, so the browser sends the seventh request,
# and any other, on the same connection. mod_http2 works on six of a connection at a time and on more only as they end; event streams do not. No setting
# changes that (H2MaxSessionStreams, H2MinWorkers and H2MaxWorkers do not).
# Why it matters: "use HTTP/2 and the browser's limit of six is gone" is what everybody says. With six open streams, in several tabs together, the whole site stands still for
# that browser: no error, no log line.
# Instead: one stream a page, shared among tabs; or a host name of its own for streams; or another server in front.
set -euo pipefail
pins=(apache2-bin=2.4.71-1~deb12u1 libapr1=1.7.2-3+deb12u1 libaprutil1=1.6.3-1+deb12u1 liblua5.3-0=5.3.6-2 libjansson4=2.14-2)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu); export LD_LIBRARY_PATH
usr/sbin/apache2 -v >version || { echo "${pins[0]} does not run here"; exit 3; }

cat >run.js <<'JS'
const http = require('http'), http2 = require('http2'), net = require('net'), { spawn } = require('child_process'), { writeFileSync } = require('fs');
const origin = http.createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('data: one\n\n');
  if (request.url === '/short') response.end();
});
const free = () => new Promise(done => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });
origin.listen(0, '127.0.0.1', async () => {
  const port = await free(), modules = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'http2'];
  const here = process.cwd(), user = process.getuid() === 0 ? 'User www-data\nGroup www-data\n' : '';
  writeFileSync('httpd.conf', `DefaultRuntimeDir "${here}"\nPidFile "${here}/pid"\nErrorLog "${here}/log"\nServerName events\n${user}
${modules.map(name => `LoadModule ${name}_module modules/mod_${name}.so\n`).join('')}
Listen 127.0.0.1:${port}\nProtocols h2c http/1.1\nH2MaxSessionStreams 100\nH2MinWorkers 64\nH2MaxWorkers 400\nProxyPass / http://127.0.0.1:${origin.address().port}/\n`);
  const proxy = spawn('usr/sbin/apache2', ['-d', 'usr/lib/apache2', '-f', `${process.cwd()}/httpd.conf`, '-DFOREGROUND'], { stdio: 'ignore' });
  process.on('exit', () => proxy.kill());
  let session;
  for (let tries = 0; tries < 100; tries++) {
    session = http2.connect(`http://127.0.0.1:${port}`);
    if (await new Promise(done => session.on('remoteSettings', () => done(true)).on('error', () => done(false)))) break;
    await new Promise(done => setTimeout(done, 100));
  }
  console.log(`it allows ${session.remoteSettings.maxConcurrentStreams} streams`);
  const open = (path, ms) => new Promise(done => {
    const stream = session.request({ ':path': path });
    stream.on('data', () => done(stream)).on('error', () => {}).resume();
    setTimeout(() => done(null), ms);
  });
  const streams = [];
  for (let i = 0; i < 10; i++) streams.push(open('/events', 3000));
  const opened = (await Promise.all(streams)).filter(stream => stream !== null);
  console.log(`of ten streams ${opened.length} have their first event after 3 s`);
  console.log(`another request on the connection: ${await open('/short', 3000) ? 'answered' : 'waits'}`);
  process.exit();
});
JS
dpkg-deb --show apache2-bin_*.deb
seen=$(timeout 60 node run.js)
expected='it allows 100 streams
of ten streams 6 have their first event after 3 s
another request on the connection: waits'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
