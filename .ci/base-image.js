// A registry with one image, as little as a base has to be: who runs, and on which port. For a machine that has no way to Microsoft's. Prints its address.
const { createHash } = require('node:crypto');
const { createServer } = require('node:http');
const { gzipSync } = require('node:zlib');

const digest = bytes => 'sha256:' + createHash('sha256').update(bytes).digest('hex');
const empty = Buffer.alloc(1024); // The end of a tar.
const layer = gzipSync(empty);
const config = Buffer.from(JSON.stringify({
  architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [digest(empty)] }, history: [{}],
  config: { User: '1654', Env: ['APP_UID=1654', 'ASPNETCORE_HTTP_PORTS=8080'] },
}));
const docker = 'application/vnd.docker.';
const manifest = Buffer.from(JSON.stringify({
  schemaVersion: 2, mediaType: docker + 'distribution.manifest.v2+json',
  config: { mediaType: docker + 'container.image.v1+json', size: config.length, digest: digest(config) },
  layers: [{ mediaType: docker + 'image.rootfs.diff.tar.gzip', size: layer.length, digest: digest(layer) }],
}));
const blobs = { [digest(config)]: config, [digest(layer)]: layer };

const server = createServer((request, response) => {
  const name = request.url.split('/').at(-1);
  const body = request.url.includes('/manifests/') ? manifest : blobs[name];
  if (!body) return response.writeHead(404).end();
  const type = body === manifest ? docker + 'distribution.manifest.v2+json' : 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length, 'Docker-Content-Digest': digest(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
});
server.listen(0, '127.0.0.1', () => console.log(`localhost:${server.address().port}`));
