#!/usr/bin/env bash
# Runs the harness against the clients and publishers in this folder, and adds them to the page of a day:
#   harness/adapters/run.sh [-o FOLDER] [NAME...]
# Needs the .NET SDK, Node with npm, and Chromium. FOLDER (harness/reports/DATE) gets NAME.json for each and clients.html for all of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
adapters=harness/adapters
reports=harness/reports/$(date +%F)
while getopts o: option; do [ "$option" = o ] && reports=$OPTARG; done
shift $((OPTIND - 1))
clients=(dotnet-eventsource dotnet-sseparser npm-eventsource npm-eventsource-parser chromium)
publishers=(dotnet-framewriter dotnet-sseformatter)
[ $# -gt 0 ] || set -- "${clients[@]}" "${publishers[@]}"
mkdir -p "$reports"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build() { dotnet build -c Release -v q --nologo "$@" >"$work/build.log" || { cat "$work/build.log"; exit 1; }; }
build harness
harness=(dotnet harness/bin/Release/net10.0/SseGateway.Harness.dll)
[ -d $adapters/npm/node_modules ] || (cd $adapters/npm && npm ci --silent)

for name in "$@"; do
  case $name in
    dotnet-eventsource) build $adapters/$name
      run=(client --exec "dotnet $adapters/$name/bin/Release/net10.0/DotnetEventSource.dll {urls}" --profile $adapters/$name/profile.json) ;;
    dotnet-sseparser) build $adapters/$name
      run=(client --exec "dotnet $adapters/$name/bin/Release/net10.0/DotnetSseParser.dll {urls}" --profile $adapters/$name/profile.json) ;;
    npm-eventsource) run=(client --exec "node $adapters/npm/eventsource.mjs {urls}" --profile $adapters/npm/eventsource.json) ;;
    npm-eventsource-parser) run=(client --exec "node $adapters/npm/eventsource-parser.mjs {urls}" --profile $adapters/npm/eventsource-parser.json) ;;
    chromium) run=(client --manual --browser chromium --profile $adapters/chromium.json --target-version "$(chromium --version | cut -d' ' -f2)") ;;
    dotnet-framewriter | dotnet-sseformatter) build $adapters/$name/adapter.cs -o artifacts/adapters/$name
      run=(publisher --exec "dotnet artifacts/adapters/$name/adapter.dll" --name "$name") ;;
    *) echo "run.sh: no such client: $name" >&2; exit 2 ;;
  esac
  code=0
  "${harness[@]}" "${run[@]}" --seed 1 --json "$reports/$name.json" >"$work/$name.txt" || code=$?
  tail -n 1 "$work/$name.txt" | sed "s/^/$name: /"
  [ $code -le 1 ] || { cat "$work/$name.txt"; exit $code; }
done
all=()
for name in "${clients[@]}" "${publishers[@]}"; do [ -f "$reports/$name.json" ] && all+=("$reports/$name.json"); done
"${harness[@]}" report merge "${all[@]}" --html "$reports/clients.html"
