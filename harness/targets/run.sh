#!/usr/bin/env bash
# Runs the harness against the proxies in this folder, one after another, and makes pages of it:
#   harness/targets/run.sh [-o FOLDER] [-c CASES] [-p PORT] [-g] [-t] [NAME...]     e.g. harness/targets/run.sh nginx squid/best gateway-relay
# A product is a folder with `start` and `profile.json`: NAME, or NAME/smallest and NAME/best, which are the least that makes it forward, and what makes
# it fit for event streams. Nothing named is all. What is not installed is left out and named: most are packages of Debian.
# -g puts each in front of the gateway; -t asks over TLS, HTTP/2 by ALPN; -c CASES is a filter such as @core.
# FOLDER (harness/reports/DATE) gets NAME.json for each, proxies.html for all (proxies-gateway.html with -g, proxies-tls.html with -t), and settings.html,
# which settings they need. Ports 7001 to 7110 of 127.0.0.1 must be free; -p 27000 takes 27001 to 27110, for cases that need no other upstream than the
# origin. Needs openssl.
#
# `start` runs the product in the foreground with, in its environment, PORT (HTTP) and TLSPORT (TLS) to listen on, ORIGIN (address:port) to forward to, and
# FOLDER, a folder of its own with certificate.pem and key.pem; what has one port for both may go by SCHEME (http or https). The origin is up before the
# product and stays until it ends. Comments in `start` say what it needs, a note for the report, and perhaps what is built first (programs of one file into
# FOLDER/built), path and cases; one that says "server" is the path of a server's own stream, which is asked directly. In profile.json {PORT} and {TLSPORT}
# stand for the ports. The origin speaks HTTP/2 at 7002; 7003 and 7004 are for upstreams of a case's own; 7009 is nobody. A product that writes its profile
# itself has none in its folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
reports=harness/reports/$(date +%F) gateway= tls= cases= base=7000
while getopts o:c:p:gt option; do
  case $option in o) reports=$OPTARG ;; c) cases=$OPTARG ;; p) base=$OPTARG ;; g) gateway=-gateway ;; t) tls=-tls ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(cd harness/targets && ls -d -- */)
mkdir -p "$reports"
export SCHEME=http${tls:+s}
at=127.0.0.1 origin_port=$((base + 1)) http2_port=$((base + 2)) port=$((base + 10)) tls_port=$((base + 110)) gateway_port=$((base + 15))
for used in $origin_port $port; do
  if (exec 3<>/dev/tcp/$at/$used) 2>/dev/null; then echo "run.sh: port $used of $at is in use" >&2; exit 3; fi
done
work=artifacts/targets/$base running=
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

# A folder of its own for a product, with what it needs to start.
prepare() { # product, folder, PORT, TLSPORT
  local one
  rm -rf "$2"
  mkdir "$2"
  chmod 777 "$2"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$2/key.pem" -out "$2/certificate.pem" 2>/dev/null
  chmod 644 "$2/key.pem"
  [ ! -f "harness/targets/$1/profile.json" ] || sed "s/{PORT}/$3/; s/{TLSPORT}/$4/" "harness/targets/$1/profile.json" >"$2/profile.json"
  for one in $(header build "harness/targets/$1/start"); do
    if [ -d "$one" ]; then build "$one"; else build "$one" -o "$2/built"; fi
  done
}

build() { dotnet build -c Release -v q --nologo "$@" >$work/build || { cat $work/build; exit 1; }; }

# Starts what is to be there before the harness, and waits until it listens.
run() { # product, folder, PORT, TLSPORT, ORIGIN
  FOLDER=$PWD/$2 PORT=$3 TLSPORT=$4 ORIGIN=$5 setsid "harness/targets/$1/start" >"$2/log" 2>&1 &
  running=$!
  for _ in $(seq 900); do
    (exec 3<>"/dev/tcp/127.0.0.1/$3") 2>/dev/null && return
    kill -0 $running 2>/dev/null || break
    sleep .1
  done
  cat "$2/log"
  exit 3
}

stop() {
  [ -n "$running" ] || return 0
  { kill -- "-$running"; wait "$running"; } 2>/dev/null || true
  running=
}
trap stop EXIT

# HARNESS names one that has been built.
[ -n "${HARNESS:-}" ] || build harness
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
  start=harness/targets/$product/start folder=$work/${product//\//-} label=${product//\//-}$gateway$tls note=$(header note "$start")
  read -r command package <<<"$(header needs "$start")"
  server=$(header server "$start")
  if ! command -v "$command" >/dev/null; then echo "$product: left out, $command is not installed ${package:-(apt-get install $command)}"; continue; fi
  [[ -z $gateway || ($product != gateway-* && -z $server) ]] || continue
  if [[ -n $tls ]] && ! grep -q 'TLSPORT\|SCHEME\|https:' "$start" "harness/targets/$product/profile.json" 2>/dev/null; then
    echo "$product: left out, it speaks no TLS"
    continue
  fi
  # Some tell TLS from HTTP by the first byte, on one port.
  listens=$port
  [[ -z $tls ]] || ! grep -q TLSPORT "$start" || listens=$tls_port
  origin=$at:$origin_port url=$SCHEME://$at:$listens$(header path "$start")$server code=0 options=(--origin $at:$origin_port --origin-http2 $at:$http2_port)
  prepare "$product" "$folder" $port $tls_port
  if [ -n "$gateway" ]; then
    prepare gateway-relay $work/gateway $gateway_port $((gateway_port + 1))
    run gateway-relay $work/gateway $gateway_port $((gateway_port + 1)) $at:$origin_port
    origin=$at:$gateway_port note+=", in front of the gateway" options=(--origin $at:$origin_port)
    # What goes past the gateway to an upstream of its own is not asked for behind it; its heartbeats are.
    sed -i -e '/:700[2-9]\|Http2Origin\|failover\|unreachable/d' -e '1s/.*/{ "capabilities": ["inserts-comments"], "heartbeatSeconds": 5,/' "$folder/profile.json"
    sed -i -e ':a;N;$!ba;s/,\n}/\n}/' "$folder/profile.json"
  fi
  [ -z "$server" ] || options=(--direct)
  [ -z "$tls" ] || note+=", TLS"
  [ ! -f "harness/targets/$product/known.json" ] || options+=(--known "harness/targets/$product/known.json")
  if [ -f "harness/targets/$product/profile.json" ]; then
    options+=(--start "$start" --configuration "harness/targets/$product")
  else
    run "$product" "$folder" $port $tls_port "$origin"
  fi
  # shellcheck disable=SC2046
  FOLDER=$PWD/$folder PORT=$port TLSPORT=$tls_port ORIGIN=$origin "${harness[@]}" check --target "$url" "${options[@]}" --profile "$folder/profile.json" \
    ${cases:-$(header cases "$start")} --seed 1 --name "$label" --target-version "$(version "$product" "$command")" --note "$note" \
    --json "$reports/$label.json" >$work/$label.txt 2>&1 || code=$?
  stop
  tail -n 1 "$work/$label.txt" | sed "s/^/$label: /"
  if [ $code -gt 1 ]; then
    cat "$work/$label.txt"
    continue
  fi
  if command -v node >/dev/null; then node harness/reports/shorten.mjs "$reports/$label.json"; fi
done
all=() settings=()
for start in harness/targets/*/start harness/targets/*/*/start; do
  name=${start#harness/targets/} name=${name%/start}
  report=$reports/${name//\//-}$gateway$tls.json
  [ ! -f "$report" ] || all+=("$report")
  report=$reports/${name//\//-}.json
  [[ ! -f $report || $name != */* ]] || settings+=("$report")
done
[ ${#all[@]} -eq 0 ] || "${harness[@]}" report merge "${all[@]}" --html "$reports/proxies$gateway$tls.html"
[ ${#settings[@]} -eq 0 ] || "${harness[@]}" report settings "${settings[@]}" --html "$reports/settings.html"
