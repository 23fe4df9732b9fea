#!/usr/bin/env bash
# Runs the harness against the proxies in this folder, one after another, and makes one page of it:
#   harness/targets/run.sh [-o FOLDER] [-t] [NAME...]      e.g. harness/targets/run.sh nginx gateway-relay
# -t lets the gateways speak TLS to clients: HTTP/1.1 and HTTP/2 by ALPN, where they otherwise speak HTTP/1.1 and h2c (needs openssl).
# Debian has nginx, haproxy and caddy as packages; YARP and the gateway come with the .NET SDK. What is missing is left out and named.
# FOLDER (harness/reports/DATE) gets NAME.json for each and proxies.html for all of them. Ports 7001 to 7330 of 127.0.0.1 must be free.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
targets=$PWD/harness/targets
reports=harness/reports/$(date +%F)
tls=
while getopts o:t option; do case $option in o) reports=$OPTARG ;; t) tls=s ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
[ -z "$tls" ] || [ $# -gt 0 ] || set -- gateway-relay gateway-shared gateway-edge
[ $# -gt 0 ] || set -- nginx nginx-buffering haproxy caddy yarp gateway-relay gateway-shared gateway-edge
mkdir -p "$reports"
work=$(mktemp -d)
pid=
stop() { [ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null || true; pid=; }
build() { dotnet build -c Release -v q --nologo "$@" >"$work/build.log" || { cat "$work/build.log"; exit 1; }; }
trap 'stop; rm -rf "$work"' EXIT
if [ -n "$tls" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
  export Kestrel__Certificates__Default__Path=$work/certificate.pem Kestrel__Certificates__Default__KeyPath=$work/key.pem
fi

build harness
harness=(dotnet harness/bin/Release/net10.0/SseGateway.Harness.dll)

for name in "$@"; do
  profile=harness/targets/$name/profile.json path= cases=@role:X note=
  case $name in
    nginx | nginx-buffering)
      command=(nginx -p "$work/" -c "$targets/$name/nginx.conf") needs=nginx
      version() { nginx -v 2>&1 | sed 's/.*\///'; }
      [ $name = nginx ] && port=7010 note="proxy_buffering off" || { port=7011; note="proxy_buffering on, its default"; } ;;
    haproxy) command=(haproxy -f "$targets/haproxy/haproxy.cfg") needs=haproxy port=7012 note="option http-no-delay, abortonclose"
      version() { haproxy -v | sed -n '1s/^HAProxy version \([^ -]*\).*/\1/p'; } ;;
    caddy) command=(caddy run --adapter caddyfile --config "$targets/caddy/Caddyfile") needs=caddy port=7013 note="no setting"
      version() { caddy version | cut -d' ' -f1; } ;;
    yarp) build "$targets/yarp/yarp.cs" -o "$work/yarp"
      command=(dotnet "$work/yarp/yarp.dll") needs=dotnet port=7014 note="without this project"
      version() { sed -n 's/.*"Yarp.ReverseProxy" Version="\([^"]*\)".*/\1/p' Directory.Packages.props; } ;;
    gateway-relay | gateway-shared)
      build gateway
      command=(dotnet gateway/bin/Release/net10.0/SseGateway.dll --config "$targets/$name/gateway.json" --warm-up false) needs=dotnet
      version() { sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' Directory.Build.props; }
      [ $name = gateway-relay ] && port=7015 note="one upstream stream for each client" || { port=7016; note="--share"; }
      if [ -n "$tls" ]; then
        at=$port
        for endpoint in http1 http2 to-http2 http2-to-http2; do command+=("--Kestrel:Endpoints:$endpoint:Url=https://127.0.0.1:$at"); at=$((at + 100)); done
        sed 's/"http:/"https:/' "$profile" >"$work/profile.json"; profile=$work/profile.json
      fi ;;
    gateway-edge) build "$targets/gateway/start.cs" -o "$work/start"
      command=(dotnet "$work/start/start.dll" 127.0.0.1:7001 7320 artifacts/targets/gateway "http$tls")
      needs=dotnet port=7320 path=/open cases=@role:G note="CORS, tokens, limits, replay"
      profile=artifacts/targets/gateway/profile.json
      version() { sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' Directory.Build.props; } ;;
    *) echo "run.sh: no such target: $name" >&2; exit 2 ;;
  esac
  if ! command -v "$needs" >/dev/null; then echo "$name: left out, $needs is not installed (apt-get install $needs)"; continue; fi
  "${command[@]}" >"$work/$name.log" 2>&1 &
  pid=$!
  for _ in $(seq 300); do (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null && break; sleep .1; done
  code=0
  [[ $name != gateway-* ]] && http=http label=$name || { http=http$tls label=$name${tls:+-tls} note+=${tls:+", TLS"}; }
  known=(); [ ! -f "harness/targets/$name/known.json" ] || known=(--known "harness/targets/$name/known.json")
  "${harness[@]}" check --target "$http://127.0.0.1:$port$path" --origin 127.0.0.1:7001 --origin-http2 127.0.0.1:7002 --profile "$profile" \
    $cases "${known[@]}" --seed 1 --name "$label" --target-version "$(version)" --note "$note" --json "$reports/$label.json" >"$work/$name.txt" || code=$?
  tail -n 1 "$work/$name.txt" | sed "s/^/$label: /"
  [ $code -le 1 ] || { cat "$work/$name.txt" "$work/$name.log"; exit $code; }
  stop
done
all=()
for name in nginx nginx-buffering haproxy caddy yarp gateway-{relay,shared,edge}{,-tls}; do [ -f "$reports/$name.json" ] && all+=("$reports/$name.json"); done
"${harness[@]}" report merge "${all[@]}" --html "$reports/proxies.html"
