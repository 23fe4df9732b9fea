#!/usr/bin/env bash
# Caddy with `flush_interval -1`, the setting that is recommended for event streams, does not let the origin's stream go when its client has left.
#
# Seen with caddy 2.6.2-5 (Debian 12). Without the setting Caddy sends event streams on at once all the same, by their media type, and ends the origin's stream as soon
# as the client is gone. With -1 the request to the origin goes on without a client.
# Why it matters: each page that is closed leaves a stream at the service; of silent ones, or of models that think, they add up and are paid for.
# Instead: leave the setting out for `text/event-stream`.
set -euo pipefail
pins=(caddy=2.6.2-5)
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" .; done
usr/bin/caddy version >version || { echo "${pins[0]} does not run here"; exit 3; }

cat >run.js <<'JS'
const http = require('http'), { spawn } = require('child_process'), { writeFileSync, existsSync } = require('fs');
let left;
const origin = http.createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('data: one\n\n');
  response.on('close', () => left?.());
});
origin.listen('origin', async () => {
  const here = process.cwd();
  for (const [name, setting] of [['as it comes', ''], ['flush_interval -1', 'flush_interval -1']]) {
    const front = `front${setting.length}`;
    writeFileSync('Caddyfile', `{\n\tadmin off\n\tauto_https off\n}\nhttp:// {\n\tbind unix/${here}/${front}\n\treverse_proxy unix/${here}/origin {\n\t\t${setting}\n\t}\n}\n`);
    const caddy = spawn('usr/bin/caddy', ['run', '--adapter', 'caddyfile', '--config', 'Caddyfile'], { stdio: 'ignore', env: { ...process.env, HOME: here } });
    process.on('exit', () => caddy.kill());
    for (let tries = 0; tries < 100 && !existsSync(front); tries++) await new Promise(done => setTimeout(done, 100));
    const fate = await new Promise(done => {
      http.get({ socketPath: front, path: '/', headers: { Host: 'events' }, agent: false }, response => response.once('data', data => {
        left = () => done(`${JSON.stringify(`${data}`)} came, the origin is told within 5 s that the client has left`);
        setTimeout(() => done(`${JSON.stringify(`${data}`)} came, the origin's stream is open 5 s after the client has left`), 5000);
        response.on('error', () => {}).destroy();
      }));
    });
    left = undefined;
    console.log(`${name}: ${fate}`);
  }
  process.exit();
});
JS
dpkg-deb --show caddy_*.deb
seen=$(timeout 40 node run.js)
expected='as it comes: "data: one\n\n" came, the origin is told within 5 s that the client has left
flush_interval -1: "data: one\n\n" came, the origin'"'"'s stream is open 5 s after the client has left'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
