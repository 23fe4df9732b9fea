#!/usr/bin/env bash
# Runs the harness against the proxies in this folder, one after another, and makes one page of it:
#   harness/targets/run.sh [-o FOLDER] [-c CASES] [-g] [-t] [NAME...]     e.g. harness/targets/run.sh nginx squid/best gateway-relay
# A product is a folder with `start` and `profile.json`: NAME, or NAME/smallest and NAME/best, which are the least that makes it forward, and what makes
# it fit for event streams. Nothing named is all. What is not installed is left out and named: most are packages of Debian.
# -g puts each in front of the gateway; -t asks over TLS, HTTP/2 by ALPN; -c CASES is a filter such as @core.
# FOLDER (harness/reports/DATE) gets NAME.json for each, proxies.html for all and settings.html. Ports 7001 to 7110 of 127.0.0.1 must be free. Needs openssl.
#
# `start` runs the product in the foreground with, in its environment, PORT (HTTP) and TLSPORT (TLS) to listen on, ORIGIN (address:port) to forward to, and
# FOLDER, a folder of its own with certificate.pem and key.pem. Comments in it say what it needs, a note for the report, and perhaps path and cases; one that
# says "server" is the path of a server's own stream, and is asked directly. In
# profile.json {PORT} and {TLSPORT} stand for the ports. The origin speaks HTTP/2 at 7002; 7003 and 7004 are for upstreams of a case's own; 7009 is nobody.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
reports=harness/reports/$(date +%F) gateway= tls= cases=
while getopts o:c:gt option; do case $option in o) reports=$OPTARG ;; c) cases=$OPTARG ;; g) gateway=-gateway ;; t) tls=-tls ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- $(cd harness/targets && ls -d -- */)
mkdir -p "$reports"
work=artifacts/targets serving= running=()
rm -rf $work
mkdir -p $work
header() { sed -n "s/^# $1: //p" "$2"; }

# What its package says; what is built here has its version in the repository.
version() {
  case $1 in
    yarp*) sed -n 's/.*"Yarp.ReverseProxy" Version="\([^"]*\)".*/\1/p' Directory.Packages.props ;;
    gateway*) sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' Directory.Build.props ;;
    *) dpkg-query -W -f '${Version}' "$(dpkg -S "$(readlink -f "$(command -v "$2")")" | cut -d: -f1)" | sed 's/^[0-9]*://; s/[-+~].*//' ;;
  esac
}

# Starts a product in a folder of its own, and waits until it listens or has ended.
run() { # product, folder, PORT, TLSPORT, ORIGIN
  mkdir "$2"
  chmod 777 "$2"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$2/key.pem" -out "$2/certificate.pem" 2>/dev/null
  chmod 644 "$2/key.pem"
  [ ! -f "harness/targets/$1/profile.json" ] || sed "s/{PORT}/$3/; s/{TLSPORT}/$4/" "harness/targets/$1/profile.json" >"$2/profile.json"
  FOLDER=$PWD/$2 PORT=$3 TLSPORT=$4 ORIGIN=$5 setsid "harness/targets/$1/start" >"$2/log" 2>&1 &
  running+=($!)
  for _ in $(seq 1800); do
    (exec 3<>"/dev/tcp/127.0.0.1/$3") 2>/dev/null && return
    kill -0 $! 2>/dev/null || break
    sleep .1
  done
  echo "$1: does not listen"
  cat "$2/log"
  return 3
}

# All processes of what was started.
stop() {
  local pid
  for pid in "${running[@]}"; do
    kill -- "-$pid" || true
    for _ in $(seq 50); do kill -0 -- "-$pid" || break; sleep .1; done
    kill -KILL -- "-$pid" || true
    wait "$pid" || true
  done 2>/dev/null
  running=()
}
trap '[ -z "$serving" ] || kill $serving 2>/dev/null; stop' EXIT

# HARNESS names one that has been built.
[ -n "${HARNESS:-}" ] || dotnet build harness -c Release -v q --nologo >"$work/build" || { cat "$work/build"; exit 1; }
harness=(dotnet "${HARNESS:-harness/bin/Release/net10.0/SseGateway.Harness.dll}")
products=()
for name in "$@"; do
  name=${name%/}
  for start in harness/targets/"$name"/start harness/targets/"$name"/smallest/start harness/targets/"$name"/best/start; do
    [ ! -f "$start" ] || { product=${start%/start}; products+=("${product#harness/targets/}"); }
  done
  [ -d "harness/targets/$name" ] || { echo "run.sh: no such target: $name" >&2; exit 2; }
done

for product in "${products[@]}"; do
  start=harness/targets/$product/start folder=$work/${product//\//-}
  read -r command package <<<"$(header needs "$start")"
  if ! command -v "$command" >/dev/null; then echo "$product: left out, $command is not installed ${package:-(apt-get install $command)}"; continue; fi
  [[ -z $gateway$tls || $product != gateway-edge ]] || continue
  [[ -z $gateway || $product != gateway-* ]] || continue
  if [[ -n $tls ]] && ! grep -q TLSPORT "harness/targets/$product/profile.json"; then echo "$product: left out, it speaks no TLS"; continue; fi
  label=${product//\//-}$gateway$tls code=0 origin=127.0.0.1:7001 url=http://127.0.0.1:7010 note=$(header note "$start")
  known=() origins=(--origin 127.0.0.1:7001 --origin-http2 127.0.0.1:7002)
  # Some look at their origin when they start, so one is there until the harness is its own.
  "${harness[@]}" serve --listen 127.0.0.1:7001 --control 127.0.0.1:7005 >/dev/null 2>&1 &
  serving=$!
  for _ in $(seq 300); do (exec 3<>/dev/tcp/127.0.0.1/7001) 2>/dev/null && break; sleep .1; done
  if [ -n "$gateway" ]; then
    rm -rf $work/gateway
    run gateway-relay $work/gateway 7015 7016 127.0.0.1:7001
    origin=127.0.0.1:7015 note+=", in front of the gateway" origins=(--origin 127.0.0.1:7001)
  fi
  server=$(header server "$start")
  if [ -n "$server" ]; then
    [[ -z $gateway$tls ]] || { kill $serving; continue; }
    url+=$server origins=(--direct)
  fi
  if [ -n "$tls" ]; then url=https://127.0.0.1:7110 note+=", TLS"; fi
  run "$product" "$folder" 7010 7110 "$origin" || { kill $serving; stop; continue; }
  kill $serving
  wait $serving || true
  # What goes past the gateway to an upstream of its own is not asked for behind it; its heartbeats are.
  [ -z "$gateway" ] || sed -i -e '/:700[2-9]\|Http2Origin\|failover\|unreachable/d' -e '1s/.*/{ "capabilities": ["inserts-comments"], "heartbeatSeconds": 5,/' \
    -e ':a;N;$!ba;s/,\n}/\n}/' "$folder/profile.json"
  [ ! -f "harness/targets/$product/known.json" ] || known=(--known "harness/targets/$product/known.json")
  # shellcheck disable=SC2046
  "${harness[@]}" check --target "$url$(header path "$start")" "${origins[@]}" --profile "$folder/profile.json" \
    --configuration "harness/targets/$product" ${cases:-$(header cases "$start")} \
    "${known[@]}" --seed 1 --name "$label" --target-version "$(version "$product" "$command")" --note "$note" \
    --json "$reports/$label.json" >"$work/$label.txt" || code=$?
  if command -v node >/dev/null; then node harness/reports/shorten.mjs "$reports/$label.json"; fi
  tail -n 1 "$work/$label.txt" | sed "s/^/$label: /"
  stop
  [ $code -le 1 ] || { cat "$work/$label.txt"; tail "$folder/log"; exit $code; }
done
all=()
for start in harness/targets/*/start harness/targets/*/*/start; do
  name=${start#harness/targets/} name=${name%/start}
  for report in "$reports/${name//\//-}"{$gateway,$gateway-tls}.json; do [ ! -f "$report" ] || all+=("$report"); done
done
[ ${#all[@]} -eq 0 ] || "${harness[@]}" report merge "${all[@]}" --html "$reports/proxies$gateway.html"
[ ${#all[@]} -eq 0 ] || "${harness[@]}" report settings "${all[@]}" --html "$reports/settings$gateway.html"
