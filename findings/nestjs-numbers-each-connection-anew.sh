#!/usr/bin/env bash
# NestJS gives an event without an id one of its own, counted from 1 on each connection, and so a cursor that means nothing.
#
# Seen with @nestjs/core 12.5.1 (@Sse). A handler that says only `{ data }` sends `id: 1`, `id: 2`, ... The browser keeps the last
# one and sends it as Last-Event-ID when it comes back. The new connection begins with 1 again, whatever has been asked for, so the
# same id stands for different events, and for other ones with each client.
# Why it matters: a handler that reads Last-Event-ID to resume gets a number that it has never given out; one that was written without ids
# has a client that seems to have a position. What removes repeats by id, a page or a gateway with a history, drops new events.
# Instead: give every event an id of your own, or `id: ''`, which tells the client to forget its position.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . @nestjs/core@12.5.1 @nestjs/common@12.5.1 @nestjs/platform-express@12.5.1 reflect-metadata@0.2.2 rxjs@7.8.2 node@24.21.0 \
  || { echo "the pinned packages are not to be had any more"; exit 3; }

cat >run.mjs <<'JS'
import 'reflect-metadata';
import { Controller, Module, Sse } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { from } from 'rxjs';

let next = 1;
class Events {
  own() { return from([1, 2, 3].map(() => ({ data: `event ${next++}` }))); }
  forget() { return from([1, 2].map(() => ({ id: '', data: `event ${next++}` }))); }
}
for (const name of ['own', 'forget']) Sse(name)(Events.prototype, name, Object.getOwnPropertyDescriptor(Events.prototype, name));
Controller()(Events);
class App {}
Module({ controllers: [Events] })(App);
const app = await NestFactory.create(App, { logger: false });
await app.listen(0, '127.0.0.1');
const ask = async (path, last) => {
  const answer = await fetch(`http://127.0.0.1:${app.getHttpServer().address().port}/${path}`, { headers: last ? { 'Last-Event-ID': last } : {} });
  return (await answer.text()).split('\n').filter(line => line !== '').join(', ');
};
console.log(`first: ${await ask('own')}`);
console.log(`after 3: ${await ask('own', '3')}`);
console.log(`with empty ids: ${await ask('forget')}`);
process.exit();
JS
echo "node $(node_modules/.bin/node --version), @nestjs/core 12.5.1"
seen=$(timeout 60 node_modules/.bin/node run.mjs)
expected='first: id: 1, data: event 1, id: 2, data: event 2, id: 3, data: event 3
after 3: id: 1, data: event 4, id: 2, data: event 5, id: 3, data: event 6
with empty ids: id: , data: event 7, id: , data: event 8'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
