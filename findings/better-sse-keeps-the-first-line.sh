#!/usr/bin/env bash
# better-sse, told to send text as it is, sends of a text with line breaks the first line only; the others become fields that no reader knows.
#
# Seen with better-sse 0.16.1. Its default serializer is JSON.stringify, which has no line breaks. With a serializer of one's own, `text => text` say, the value
# goes through a sanitizer that makes every line end a `\n` and leaves it in the middle of the `data` line; the format wants `data:` at the head of each line. The second
# line of the text is read as a field with its own words for a name, and is ignored; it is no error anywhere.
# Why it matters: fragments of HTML, for which text is sent as it is (htmx and the like), and answers of a model arrive cut at the first line break. A line that
# happens to begin with `data:` or `id:` is taken for one.
# Instead: a serializer that splits: `text => text.split(/\r\n|\r|\n/).join('\ndata:')`, or JSON.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . better-sse@0.16.1 eventsource-parser@3.0.6 || { echo "the pinned packages are not to be had any more"; exit 3; }

cat >run.mjs <<'JS'
import { createServer } from 'node:http';
import { createSession } from 'better-sse';
import { createParser } from 'eventsource-parser';
const serializers = { default: undefined, text: text => text, split: text => text.split(/\r\n|\r|\n/).join('\ndata:') };
const origin = createServer(async (request, response) => {
  const session = await createSession(request, response, { serializer: serializers[request.url.slice(1)], keepAlive: null });
  session.push('<p>one</p>\n<p>two</p>');
  setTimeout(() => response.end(), 100);
});
origin.listen(0, '127.0.0.1', async () => {
  for (const name of Object.keys(serializers)) {
    const answer = await fetch(`http://127.0.0.1:${origin.address().port}/${name}`);
    createParser({ onEvent: event => console.log(`${name}: ${event.data.replaceAll('\n', '|')}`) }).feed(await answer.text());
  }
  process.exit();
});
JS
echo "node $(node --version), better-sse 0.16.1, eventsource-parser 3.0.6"
seen=$(timeout 60 node run.mjs)
expected='default: "<p>one</p>\n<p>two</p>"
text: <p>one</p>
split: <p>one</p>|<p>two</p>'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
