#!/usr/bin/env bash
# A stream through npm's http-proxy stays open when its origin is gone: the client is told nothing, neither an end nor a cut.
#
# Seen with http-proxy 1.18.1 and http-proxy-middleware 3.0.11 on top of it (Node 20). The origin's answer is piped into the
# client's; a pipe passes an end on but not an abort, and the `error` handler of the proxy covers the request only. The client
# keeps a healthy connection on which nothing comes any more. @fastify/reply-from 12.6.5 shows that the same can be done right.
# Why it matters: behind development servers and API gateways built on it, a restarted backend leaves every EventSource waiting
# for good; no `error`, no reconnect, and a page that was reloaded works, so the fault is looked for in the client.
# Instead: listen for `proxyRes` and, when it closes before it was complete, destroy the client's answer. A client that wants
# to be safe needs a watchdog over the server's heartbeat.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . http-proxy@1.18.1 http-proxy-middleware@3.0.11 express@5.3.0 fastify@5.12.8 @fastify/reply-from@12.6.5 \
  || { echo "the pinned packages are not to be had any more"; exit 3; }

cat >run.cjs <<'JS'
const http = require('http');
const listen = server => new Promise(done => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const event = 'data: one\n\n';

async function main() {
  const origin = http.createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(event);
    setTimeout(() => response.destroy(), 300);
  });
  const target = `http://127.0.0.1:${await listen(origin)}`;

  const fate = port => new Promise(done => http.get({ host: '127.0.0.1', port, path: '/events' }, response => {
    let body = '', timer;
    const say = what => { clearTimeout(timer); done(`${body === event ? 'the event came' : 'no event'}, then ${what}`); };
    response.on('data', piece => body += piece).on('end', () => say('a clean end')).on('error', () => say('a cut'));
    timer = setTimeout(() => { say('nothing for 5 s'); response.removeAllListeners('error').on('error', () => {}).destroy(); }, 5000);
  }));

  const bare = require('http-proxy').createProxyServer({ target });
  bare.on('error', () => console.log('http-proxy reports an error'));
  console.log('straight:', await fate(new URL(target).port));
  console.log('http-proxy:', await fate(await listen(http.createServer((request, response) => bare.web(request, response)))));

  const mended = require('http-proxy').createProxyServer({ target });
  mended.on('error', () => {}).on('proxyRes', (answer, _, response) => answer.on('close', () => answer.complete || response.destroy()));
  console.log('http-proxy, mended:', await fate(await listen(http.createServer((request, response) => mended.web(request, response)))));

  const app = require('express')().use(require('http-proxy-middleware').createProxyMiddleware({ target }));
  console.log('http-proxy-middleware:', await fate(await listen(http.createServer(app))));

  const fastify = require('fastify')();
  fastify.register(require('@fastify/reply-from'), { base: target });
  fastify.get('/events', (_, reply) => reply.from('/events'));
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  console.log('@fastify/reply-from:', await fate(fastify.server.address().port));
  process.exit();
}
main();
JS
echo "node $(node --version), http-proxy 1.18.1, http-proxy-middleware 3.0.11, @fastify/reply-from 12.6.5"
seen=$(timeout 60 node --no-deprecation run.cjs)
expected='straight: the event came, then a cut
http-proxy: the event came, then nothing for 5 s
http-proxy, mended: the event came, then a cut
http-proxy-middleware: the event came, then nothing for 5 s
@fastify/reply-from: the event came, then a cut'
echo "$seen"
[[ $seen == "$expected" ]] || { echo "changed; it was:"; echo "$expected"; exit 1; }
echo "still so"
