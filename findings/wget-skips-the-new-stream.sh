#!/usr/bin/env bash
# wget asks again when an event stream is cut, and then throws away as many bytes of the new stream as it had of the old one.
#
# Seen with wget 1.21.3-1+deb12u1 (Debian 12). A cut answer is repeated (20 tries by default) with `Range: bytes=N-`. An event
# stream has no ranges, so its server answers 200 with what comes now; wget takes that for the whole file from its first byte,
# skips N bytes of it and writes the rest behind what it had. The events that were skipped are lost, the first line behind the
# seam is half a line, and the exit code is 0.
# Why it matters: `wget -q -O - URL | reader` in a cron job or a container check looks as if it reconnected by itself.
# Instead: `wget --tries=1`, or `curl -N` (which reports a cut with exit code 18), and a client that sends Last-Event-ID.
set -euo pipefail
pin=wget=1.21.3-1+deb12u1
dir=$(mktemp -d); server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root "$pin" || { echo "$pin is not to be had any more (or apt-get update is due)"; exit 3; }
dpkg-deb -x wget_*.deb . && usr/bin/wget --version >version || { echo "$pin does not run here"; exit 3; }

cat >origin.js <<'JS'
const first = 'data: the first stream, its event 1\n\n';
const second = [1, 2, 3].map(n => `data: second stream, event ${n}\n\n`).join('');
let asked = 0;
require('http').createServer((request, response) => {
  console.log(`request ${++asked}: range ${request.headers.range ?? 'none'}`);
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(asked === 1 ? first : second);
  setTimeout(() => asked === 1 ? response.destroy() : response.end(), 300);
}).listen(0, '127.0.0.1', function () { require('fs').writeFileSync('port', `${this.address().port}`); });
setTimeout(() => process.exit(), 60000);
JS
node origin.js >requests & server=$!
for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
code=0; timeout 30 usr/bin/wget -q -O body "http://127.0.0.1:$(<port)/events" || code=$?

head -n 1 version
seen=$(cat requests; cat body; echo "exit code $code")
expected='request 1: range none
request 2: range bytes=37-
data: the first stream, its event 1

econd stream, event 2

data: second stream, event 3

exit code 0'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
