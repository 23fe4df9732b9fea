#!/usr/bin/env bash
# Varnish asks the origin with GET when a client says HEAD: looking whether an event stream is there opens one that nobody reads, and leaves it open.
#
# Seen with varnish 7.1.1-2+deb12u1 (Debian 12), without a configuration of its own. HEAD is answered from what is stored, so what is not stored yet is fetched with
# GET, whole; of a stream that may be kept, which is one that says nothing of it, the fetch goes on when HEAD has been answered, until the origin ends it.
# Why it matters: monitors, link checkers and `curl -I` open a stream for ever: a subscriber that is counted, holds its place and its memory, and starts work; of a
# model's answer every word is made and paid. A page that comes later reads that stream from its first event on.
# Instead: `Cache-Control: no-cache` (or no-store), with which the fetch is let go, though it is still a GET; or `return (pass)` in vcl_recv, with which HEAD stays HEAD.
set -euo pipefail
pins=(varnish=7.1.1-2+deb12u1 libvarnishapi3=7.1.1-2+deb12u1 libjemalloc2=5.3.0-1)
dir=$(mktemp -d); proxy=
trap '[[ -z $proxy ]] || { kill "$proxy" && wait "$proxy"; } 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
command -v gcc >/dev/null || { echo "Varnish compiles its configuration: gcc is needed"; exit 3; }
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" .; done
lib=$(echo "$dir"/usr/lib/*-linux-gnu); export LD_LIBRARY_PATH=$lib:$lib/varnish
usr/sbin/varnishd -V 2>version || { echo "${pins[0]} does not run here"; exit 3; }

cat >run.js <<'JS'
const http = require('http');
const open = {}, asked = {};
const origin = http.createServer((request, response) => {
  const { url } = request;
  (asked[url] ??= []).push(request.method);
  const headers = { 'Content-Type': 'text/event-stream' };
  if (url === '/no-cache') headers['Cache-Control'] = 'no-cache';
  response.writeHead(200, headers);
  if (request.method === 'HEAD') return response.end();
  open[url] = (open[url] ?? 0) + 1;
  const timer = setInterval(() => response.write('data: event\n\n'), 200);
  response.on('close', () => { clearInterval(timer); open[url]--; });
});
const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
const head = path => new Promise(done => http.request({ method: 'HEAD', socketPath: 'front', path, headers: { Host: 'events' }, agent: false },
  response => response.on('end', () => done(response.statusCode)).resume()).end());
origin.listen('origin', async () => {
  for (const path of ['/plain', '/no-cache']) {
    const statuses = [await head(path), await head(path), await head(path)];
    await pause(10000);
    console.log(`${path}: HEAD is answered ${statuses}; the origin was asked ${asked[path]}; open there ten seconds after: ${open[path]}`);
  }
  process.exit();
});
JS
usr/sbin/varnishd -F -j none -n "$dir/state" -a "$dir/front" -b "$dir/origin" -p "vmod_path=$lib/varnish/vmods" >log 2>&1 & proxy=$!
for _ in {1..300}; do [[ -S front ]] && grep -q 'Child starts' log && break; sleep 0.1; done
dpkg-deb --show varnish_*.deb
seen=$(timeout 60 node run.js)
expected='/plain: HEAD is answered 200,200,200; the origin was asked GET; open there ten seconds after: 1
/no-cache: HEAD is answered 200,200,200; the origin was asked GET,GET,GET; open there ten seconds after: 0'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
