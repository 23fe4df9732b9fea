#!/usr/bin/env bash
# Traffic Server sends a GET whose answer is late again, up to four times in all, while the first ones still run.
#
# Seen with trafficserver 9.2.5+ds-0+deb12u4 (Debian 12). When the origin has said nothing for `transaction_no_activity_timeout_out` (30 s; here 2 s, to see it sooner), the
# connection is dropped and the request is sent on a new one: `connect_attempts_max_retries` is 3, and counts not only connections that could not be made. Only
# then comes a 504. A POST is sent once.
# Why it matters: an EventSource can only GET. `GET /ask?prompt=...` whose model thinks for longer than half a minute is asked, and paid for, four times, and what it
# starts runs four times side by side.
# Instead: send the head at once, before the work begins; `proxy.config.http.connect_attempts_max_retries 0`, or a longer time-out.
set -euo pipefail
pins=(trafficserver=9.2.5+ds-0+deb12u4 libhwloc15=2.9.0-1 libluajit-5.1-2=2.1.0~beta3+git20220320+dfsg-4.1+deb12u1 libluajit2-5.1-2=2.1-20230119-1
  libmaxminddb0=1.7.1-1 libyaml-cpp0.7=0.7.0+dfsg-8+b1 libunwind8=1.6.2-3 libpcre3=2:8.39-15 libcap2=1:2.66-4+deb12u3+b1)
dir=$(mktemp -d); proxy=
trap '[[ -z $proxy ]] || { kill "$proxy" && wait "$proxy"; } 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq -o APT::Sandbox::User=root "${pins[@]}" || { echo "${pins[*]}: not to be had any more (or apt-get update is due)"; exit 3; }
for package in *.deb; do dpkg-deb -x "$package" root; done
lib=$(echo "$dir"/root/usr/lib/*-linux-gnu); export LD_LIBRARY_PATH=$lib:$dir/root/usr/lib/trafficserver

cat >origin.js <<'JS'
const http = require('http'), { writeFileSync } = require('fs');
const asked = { GET: 0, POST: 0 };
const origin = http.createServer((request, response) => {
  if (request.url === '/count') response.end(JSON.stringify(asked));
  else { asked[request.method]++; request.resume(); }
});
origin.listen(0, '127.0.0.1', () => {
  const free = require('net').createServer().listen(0, '127.0.0.1', () => {
    const { port } = free.address();
    free.close(() => writeFileSync('ports', `${origin.address().port} ${port}\n`));
  });
});
setTimeout(() => process.exit(), 120000);
JS
node origin.js & origin=$!
trap 'kill "$origin" 2>/dev/null || true; [[ -z $proxy ]] || { kill "$proxy" && wait "$proxy"; } 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in {1..100}; do [[ -s ports ]] && break; sleep 0.1; done
read -r to port <ports
mkdir run cache
cat >runroot.yaml <<YAML
prefix: $dir/root/usr
bindir: $dir/root/usr/bin
libdir: $dir/root/usr/lib/trafficserver
libexecdir: $dir/root/usr/lib/trafficserver/modules
sysconfdir: $dir/root/etc/trafficserver
localstatedir: $dir/run
runtimedir: $dir/run
logdir: $dir/run
cachedir: $dir/cache
YAML
echo "map / http://127.0.0.1:$to/" >>root/etc/trafficserver/remap.config
echo "$dir/cache 64M" >root/etc/trafficserver/storage.config
user=$(id -un); [[ $user != root ]] || { user=nobody; chmod 755 "$dir"; chown -R nobody "$dir"; }
export TS_RUNROOT=$dir/runroot.yaml PROXY_CONFIG_HTTP_SERVER_PORTS="$port:ip-in=127.0.0.1" PROXY_CONFIG_ADMIN_USER_ID=$user \
  PROXY_CONFIG_HTTP_TRANSACTION_NO_ACTIVITY_TIMEOUT_OUT=2
root/usr/bin/traffic_server >log 2>&1 & proxy=$!
for _ in {1..200}; do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; kill -0 "$proxy" 2>/dev/null || { echo "${pins[0]} does not run here"; exit 3; }; sleep 0.1; done

dpkg-deb --show trafficserver_*.deb
ask() { curl -s -o body --max-time 60 -w '%{http_code}' "$@" "http://127.0.0.1:$port/events" || true; }
seen="GET: status $(ask)
POST: status $(ask -d '{}')
the origin was asked: $(curl -s "http://127.0.0.1:$to/count")"
expected='GET: status 504
POST: status 504
the origin was asked: {"GET":4,"POST":1}'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
