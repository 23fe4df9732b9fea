#!/usr/bin/env bash
# nginx with `proxy_buffering off` sends a stream's head at once over HTTP/1.1 with TLS and over HTTP/2 without, and with both holds it until the first event.
#
# Seen with nginx 1.22.1-9+deb12u11 (Debian 12). The HEADERS frame stays in the buffer of the TLS layer until a byte of the body follows. The events
# themselves are not late.
# Why it matters: `open` of a browser, which is HTTP/2 over TLS, does not come while the stream is silent, and a client with a limit on the wait for the head gives up. Tests
# with curl over HTTP/1.1, or in cleartext, do not show it.
# Instead: send a comment right behind the head.
set -euo pipefail
pins=(nginx=1.22.1-9+deb12u11)
dir=$(mktemp -d); proxy=
trap '[[ -z $proxy ]] || { kill "$proxy" && wait "$proxy"; } 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
command -v openssl >/dev/null || { echo "openssl is needed"; exit 3; }
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" .; done
usr/sbin/nginx -v 2>version || { echo "${pins[0]} does not run here"; exit 3; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=events -keyout key.pem -out certificate.pem 2>/dev/null

cat >nginx.conf <<CONF
user $(id -un) $(id -gn); daemon off; pid nginx.pid; error_log nginx.err; events {}
http {
  access_log off; proxy_buffering off; proxy_http_version 1.1; proxy_set_header Connection "";
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  ssl_certificate certificate.pem; ssl_certificate_key key.pem;
  server {
    listen unix:$dir/tls ssl http2; listen unix:$dir/clear http2;
    location / { proxy_pass http://unix:$dir/origin:/; }
  }
}
CONF
cat >run.js <<'JS'
const http = require('http'), http2 = require('http2'), https = require('https'), net = require('net'), tls = require('tls');
const origin = http.createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.flushHeaders();
  setTimeout(() => response.end('data: one\n\n'), 3000);
});
const said = (begun, head) => head - begun < 2000 ? 'at once' : 'with the first event';
const one = () => new Promise(done => { const begun = Date.now();
  https.get({ createConnection: () => tls.connect({ socket: net.connect('tls'), rejectUnauthorized: false }), headers: { Host: 'events' } },
    answer => { answer.resume().on('end', () => done(said(begun, head))); const head = Date.now(); }); });
const two = connection => new Promise(done => { const begun = Date.now(); let head;
  const session = http2.connect('http://events', { createConnection: connection });
  session.request({ ':path': '/' }).on('response', () => { head = Date.now(); }).on('end', () => { session.close(); done(said(begun, head)); }).resume(); });
origin.listen('origin', async () => {
  console.log(`HTTP/1.1, TLS: the head comes ${await one()}`);
  console.log(`HTTP/2, cleartext: the head comes ${await two(() => net.connect('clear'))}`);
  console.log(`HTTP/2, TLS: the head comes ${await two(() => tls.connect({ socket: net.connect('tls'), ALPNProtocols: ['h2'], rejectUnauthorized: false }))}`);
  process.exit();
});
JS
usr/sbin/nginx -p "$dir/" -c nginx.conf 2>log & proxy=$!
for _ in {1..100}; do [[ -S clear ]] && break; sleep 0.1; done
dpkg-deb --show nginx_*.deb
seen=$(timeout 30 node run.js)
expected='HTTP/1.1, TLS: the head comes at once
HTTP/2, cleartext: the head comes at once
HTTP/2, TLS: the head comes with the first event'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
