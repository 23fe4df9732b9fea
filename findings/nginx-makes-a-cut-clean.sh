#!/usr/bin/env bash
# nginx, as it comes, makes a clean end of an origin's death: it asks in HTTP/1.0, in which the end of the connection is the end of the answer.
#
# Seen with nginx 1.22.1-9+deb12u11 (Debian 12). `proxy_http_version` is 1.0. An origin's framework sends no chunks then; when its process is ended, the system closes its
# connections, and that is how a whole answer looks too. nginx writes the last chunk to its client. With `proxy_http_version 1.1` the same end is a cut.
# Why it matters: an SDK that tells "finished" from "broken" by the end of the body, as it can over chunks and HTTP/2, keeps half an answer of a model for a whole one
# on each restart of the service.
# Instead: `proxy_http_version 1.1; proxy_set_header Connection "";` and a last event of the protocol's own.
set -euo pipefail
pins=(nginx=1.22.1-9+deb12u11)
dir=$(mktemp -d); proxy=
trap '[[ -z $proxy ]] || { kill "$proxy" && wait "$proxy"; } 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" .; done
usr/sbin/nginx -v 2>version || { echo "${pins[0]} does not run here"; exit 3; }

cat >nginx.conf <<CONF
user $(id -un) $(id -gn); daemon off; pid nginx.pid; error_log nginx.err; events {}
http {
  access_log off; proxy_buffering off;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server {
    listen unix:$dir/front;
    location /plain { proxy_pass http://unix:$dir/origin:/; }
    location /http1.1 { proxy_pass http://unix:$dir/origin:/; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
CONF
cat >run.js <<'JS'
const http = require('http'), { spawn } = require('child_process'), { existsSync, rmSync } = require('fs');
const code = `require('http').createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('data: one\\n\\n');
  setTimeout(() => process.exit(1), 500);
}).listen('origin')`;
const fate = (socketPath, path) => new Promise(done => http.get({ socketPath, path, headers: { Host: 'events' }, agent: false }, response => {
  let body = '';
  const say = how => done(`${JSON.stringify(body)}, then ${how}`);
  response.on('data', piece => body += piece).on('end', () => say('a clean end')).on('error', () => say('a cut'));
}));
(async () => {
  for (const [name, by, path] of [['straight', 'origin', '/'], ['as it comes', 'front', '/plain'], ['proxy_http_version 1.1', 'front', '/http1.1']]) {
    rmSync('origin', { force: true });
    spawn(process.execPath, ['-e', code], { stdio: 'ignore' }).unref();
    while (!existsSync('origin')) await new Promise(done => setTimeout(done, 50));
    console.log(`${name}: ${await fate(by, path)}`);
  }
})();
JS
usr/sbin/nginx -p "$dir/" -c nginx.conf 2>log & proxy=$!
for _ in {1..100}; do [[ -S front ]] && break; sleep 0.1; done
dpkg-deb --show nginx_*.deb
seen=$(timeout 30 node run.js)
expected='straight: "data: one\n\n", then a cut
as it comes: "data: one\n\n", then a clean end
proxy_http_version 1.1: "data: one\n\n", then a cut'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
