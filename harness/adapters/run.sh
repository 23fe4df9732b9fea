#!/usr/bin/env bash
# Runs the harness against the clients and publishers in this folder, and adds them to the page of a day:
#   harness/adapters/run.sh [-o FOLDER] [-c CASES] [NAME...]
# Needs the .NET SDK and Node with npm; -c CASES is a filter such as @core. Browsers that are not installed are left out and named.
# FOLDER (harness/reports/DATE) gets NAME.json for each and clients.html for all of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
adapters=harness/adapters
reports=harness/reports/$(date +%F) cases=
while getopts o:c: option; do case $option in o) reports=$OPTARG ;; c) cases=$OPTARG ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
packages=$adapters/npm/node_modules
npm=(eventsource eventsource-client launchdarkly-eventsource @microsoft/fetch-event-source extended-eventsource event-source-plus undici eventsource-parser
  fetch-event-stream parse-sse)
clients=(dotnet-eventsource dotnet-sseparser dotnet-sseparser-11 chromium firefox webkit event-source-polyfill sse.js)
for package in "${npm[@]}"; do clients+=("npm-${package#*/}"); done
publishers=(dotnet-framewriter dotnet-sseformatter npm-better-sse npm-fastify npm-hono npm-nestjs dotnet-typedresults)
[ $# -gt 0 ] || set -- "${clients[@]}" "${publishers[@]}"
mkdir -p "$reports"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build() { dotnet build -c Release -v q --nologo "$@" >"$work/build.log" || { cat "$work/build.log"; exit 1; }; }
# HARNESS names one that has been built.
[ -n "${HARNESS:-}" ] || build harness
harness=(dotnet "${HARNESS:-harness/bin/Release/net10.0/SseGateway.Harness.dll}")
[ -d $packages ] || (cd $adapters/npm && npm ci --silent)
# Some of the packages need a newer Node than Debian's; it is one of them.
node=$packages/.bin/node
version() { "$node" -p "require('./$packages/$1/package.json').version"; }
browser() { # name, program, its package
  needs=$2 run=(client --manual --browser "$2" --profile "$adapters/browsers/$1.json")
  [ "$1" = chromium ] || run=(client --manual --browser "$adapters/browsers/$1" --profile "$adapters/browsers/$1.json")
  run+=(--target-version "$(dpkg-query -W -f '${Version}' "$3" 2>/dev/null | sed 's/[-+~].*//')")
}

for name in "$@"; do
  needs=
  case $name in
    dotnet-eventsource) build $adapters/$name
      run=(client --exec "dotnet $adapters/$name/bin/Release/net10.0/DotnetEventSource.dll {urls}" --profile $adapters/$name/profile.json) ;;
    dotnet-sseparser | dotnet-sseparser-11) build "$adapters/$name"
      run=(client --exec "dotnet $adapters/$name/bin/Release/net10.0/DotnetSseParser${name#dotnet-sseparser}.dll {urls}" --profile "$adapters/$name/profile.json")
      run[2]=${run[2]/-11.dll/11.dll} ;;
    chromium) browser chromium chromium chromium ;;
    firefox) browser firefox firefox-esr firefox-esr ;;
    webkit) browser webkit WebKitWebDriver webkit2gtk-driver ;;
    event-source-polyfill) browser chromium chromium chromium
      run+=(--script $packages/event-source-polyfill/src/eventsource.js) run[5]=$adapters/browsers/$name.json run[7]=$(version "$name") ;;
    sse.js) browser chromium chromium chromium
      # Its export is of no use in a script.
      mkdir -p artifacts/adapters
      cat $packages/sse.js/lib/sse.js $adapters/browsers/sse.js | sed '/^export /d' >artifacts/adapters/sse.js
      run+=(--script artifacts/adapters/sse.js) run[5]=$adapters/browsers/$name.json run[7]=$(version "$name") ;;
    dotnet-framewriter | dotnet-sseformatter | dotnet-typedresults) build $adapters/$name/adapter.cs -o artifacts/adapters/$name
      run=(publisher --exec "dotnet artifacts/adapters/$name/adapter.dll" --name "$name") ;;
    npm-better-sse | npm-fastify | npm-hono | npm-nestjs)
      package=${name#npm-}
      case $package in fastify) package=@fastify/sse ;; nestjs) package=@nestjs/core ;; esac
      run=(publisher --exec "$node $adapters/npm/servers/publish.mjs ${name#npm-}" --name "npm $package" --target-version "$(version "$package")") ;;
    npm-*) file=${name#npm-} package=${name#npm-}
      [ "$package" != fetch-event-source ] || package=@microsoft/fetch-event-source
      run=(client --exec "$node $adapters/npm/$file.mjs {urls}" --profile "$adapters/npm/$file.json" --target-version "$(version "$package")") ;;
    *) echo "run.sh: no such client: $name" >&2; exit 2 ;;
  esac
  if [ -n "$needs" ] && ! command -v "$needs" >/dev/null; then echo "$name: left out, $needs is not installed"; continue; fi
  code=0
  # shellcheck disable=SC2086
  "${harness[@]}" "${run[@]}" $cases --seed 1 --json "$reports/$name.json" >"$work/$name.txt" || code=$?
  "$node" harness/reports/shorten.mjs "$reports/$name.json"
  tail -n 1 "$work/$name.txt" | sed "s/^/$name: /"
  [ $code -le 1 ] || { cat "$work/$name.txt"; exit $code; }
done
all=()
for name in "${clients[@]}" "${publishers[@]}"; do [ -f "$reports/$name.json" ] && all+=("$reports/$name.json"); done
"${harness[@]}" report merge "${all[@]}" --html "$reports/clients.html"
