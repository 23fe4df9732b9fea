#!/usr/bin/env bash
# Varnish answers a client that resumes an ended event stream with the whole old stream, from its memory, without asking the origin.
#
# Seen with varnish 7.1.1-2+deb12u1 (Debian 12), without a configuration of its own. An event stream without Cache-Control is an
# object like any other: kept for two minutes from its head on, whatever `Last-Event-ID` the next request has. While it runs, a
# second client is given the same stream from its first event, though it asked for what comes after that; when it has
# ended, it comes back at once, with a Content-Length.
# Why it matters: an EventSource reconnects after a clean end, so it is given the same events over and over until the object is
# old, and the origin's log shows one request. Where the origin's streams end by a limit of time, every page doubles its events.
# Instead: `Cache-Control: no-cache` (or no-store) on every event stream, which Varnish's built-in rules heed; do not rely on the
# media type.
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
let asked = 0;
const origin = http.createServer((request, response) => {
  const headers = { 'Content-Type': 'text/event-stream' };
  if (request.url === '/no-cache') headers['Cache-Control'] = 'no-cache';
  response.writeHead(200, headers);
  let id = Number(request.headers['last-event-id'] ?? 0);
  asked++;
  const timer = setInterval(() => { response.write(`id: ${++id}\ndata: event\n\n`); if (id % 3 === 0) { clearInterval(timer); response.end(); } }, 400);
});
const ids = (path, last, begun) => new Promise(done => http.get({ socketPath: 'front', path, headers: { Host: 'events', ...(last && { 'Last-Event-ID': last }) } }, response => {
  let body = '';
  response.once('data', () => begun?.()).on('data', piece => body += piece);
  response.on('end', () => done(`ids ${body.match(/(?<=id: )\d+/g)}, length ${response.headers['content-length'] ?? 'unknown'}`));
}));
origin.listen('origin', async () => {
  for (const path of ['/plain', '/no-cache']) {
    asked = 0;
    let first, second;
    await new Promise(begun => first = ids(path, undefined, begun));
    second = ids(path, 1);
    console.log(`${path}: from the beginning: ${await first}`);
    console.log(`${path}: beside it, after 1: ${await second}`);
    console.log(`${path}: when it has ended, after 3: ${await ids(path, 3)}; the origin was asked ${asked} times`);
  }
  process.exit();
});
JS
usr/sbin/varnishd -F -j none -n "$dir/state" -a "$dir/front" -b "$dir/origin" -p "vmod_path=$lib/varnish/vmods" >log 2>&1 & proxy=$!
for _ in {1..300}; do [[ -S front ]] && grep -q 'Child starts' log && break; sleep 0.1; done
dpkg-deb --show varnish_*.deb
seen=$(timeout 40 node run.js)
expected='/plain: from the beginning: ids 1,2,3, length unknown
/plain: beside it, after 1: ids 1,2,3, length unknown
/plain: when it has ended, after 3: ids 1,2,3, length 57; the origin was asked 1 times
/no-cache: from the beginning: ids 1,2,3, length unknown
/no-cache: beside it, after 1: ids 2,3, length unknown
/no-cache: when it has ended, after 3: ids 4,5,6, length unknown; the origin was asked 3 times'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
