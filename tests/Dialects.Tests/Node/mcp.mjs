import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const connected = async ({ address, token }) => {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${address}/mcp`), { requestInit: { headers: { Authorization: `Bearer ${token}` } } });
  await client.connect(transport);
  return client;
};

export const speakers = {
  async mcp({ address, token, seen }) {
    const client = await connected({ address, token });
    const result = await client.callTool({ name: 'count', arguments: {} }, undefined, {
      onprogress: (progress) => { seen.text += progress.message; }, timeout: 15000,
    });
    seen.text += result.content[0].text;
    seen.whole = true;
  },
};
