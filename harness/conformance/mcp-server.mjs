// A server of the Model Context Protocol (2025-11-25, streamable HTTP with sessions) with what the conformance suite asks for by name.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as pass } from 'node:timers/promises';
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CreateMessageResultSchema, ElicitResultSchema, SetLevelRequestSchema, SubscribeRequestSchema, UnsubscribeRequestSchema, CompleteRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

const port = Number(process.argv[2]);
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const silence = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
const text = (value) => ({ type: 'text', text: value });
const image = { type: 'image', data: pixel, mimeType: 'image/png' };
const user = (content) => ({ role: 'user', content });

// Events by stream, so that a client that was cut off has the rest.
class Events {
  all = [];
  async storeEvent(stream, message) {
    this.all.push({ stream, message });
    return String(this.all.length);
  }
  async getStreamIdForEventId(id) {
    return this.all[id - 1]?.stream;
  }
  async replayEventsAfter(id, { send }) {
    const stream = this.all[id - 1].stream;
    for (let i = Number(id); i < this.all.length; i++) {
      if (this.all[i].stream === stream) await send(String(i + 1), this.all[i].message);
    }
    return stream;
  }
}

const choices = {
  untitled: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titled: { type: 'string', oneOf: ['1', '2', '3'].map((n) => ({ const: `value${n}`, title: `Option ${n}` })) },
  legacy: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
  titledMulti: { type: 'array', items: { anyOf: ['1', '2', '3'].map((n) => ({ const: `value${n}`, title: `Choice ${n}` })) } },
};
const defaults = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
};

function build() {
  const mcp = new McpServer(
    { name: 'conformance', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true }, prompts: { listChanged: true }, logging: {}, completions: {} } });
  const tool = (name, run, inputSchema) => mcp.registerTool(name, { description: name, ...(inputSchema && { inputSchema }) },
    inputSchema ? run : (extra) => run({}, extra));
  tool('test_simple_text', async () => ({ content: [text('This is a simple text response for testing.')] }));
  tool('test_image_content', async () => ({ content: [image] }));
  tool('test_audio_content', async () => ({ content: [{ type: 'audio', data: silence, mimeType: 'audio/wav' }] }));
  tool('test_embedded_resource', async () => ({
    content: [{ type: 'resource', resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' } }],
  }));
  tool('test_multiple_content_types', async () => ({
    content: [text('Multiple content types test:'), image,
      { type: 'resource', resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data","value":123}' } }],
  }));
  tool('test_tool_with_logging', async (_, { sendNotification }) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await sendNotification({ method: 'notifications/message', params: { level: 'info', logger: 'conformance', data } });
      await pass(50);
    }
    return { content: [text('done')] };
  });
  tool('test_tool_with_progress', async (_, { _meta, sendNotification }) => {
    for (const progress of [0, 50, 100]) {
      if (_meta?.progressToken !== undefined) {
        await sendNotification({ method: 'notifications/progress', params: { progressToken: _meta.progressToken, progress, total: 100 } });
      }
      await pass(50);
    }
    return { content: [text(String(_meta?.progressToken ?? 'done'))] };
  });
  tool('test_error_handling', async () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  tool('test_sampling', async ({ prompt }, { sendRequest }) => {
    const said = await sendRequest({ method: 'sampling/createMessage', params: { messages: [user(text(prompt))], maxTokens: 100 } }, CreateMessageResultSchema);
    return { content: [text(`LLM response: ${said.content.text ?? ''}`)] };
  }, { prompt: z.string() });
  const elicit = async ({ sendRequest }, message, properties, required) => {
    const said = await sendRequest({ method: 'elicitation/create', params: { message, requestedSchema: { type: 'object', properties, required } } }, ElicitResultSchema);
    return { content: [text(`Elicitation completed: action=${said.action}, content=${JSON.stringify(said.content ?? {})}`)] };
  };
  tool('test_elicitation', ({ message }, extra) => elicit(extra, message, { response: { type: 'string', description: "User's response" } }, ['response']), { message: z.string() });
  tool('test_elicitation_sep1034_defaults', (_, extra) => elicit(extra, 'defaults', defaults, []));
  tool('test_elicitation_sep1330_enums', (_, extra) => elicit(extra, 'choices', {
    untitledSingle: choices.untitled, titledSingle: choices.titled, legacyEnum: choices.legacy, untitledMulti: choices.untitledMulti, titledMulti: choices.titledMulti,
  }, []));
  tool('test_reconnection', async (_, { closeSSEStream }) => {
    closeSSEStream?.();
    await pass(100);
    return { content: [text('Reconnection test completed successfully')] };
  });
  mcp.registerTool('json_schema_2020_12_tool', { description: 'json schema', inputSchema: { name: z.string().optional() } }, async () => ({ content: [text('ok')] }));

  const resource = (uri, content) => mcp.registerResource(uri, uri, { description: uri, mimeType: content.mimeType }, async () => ({ contents: [{ uri, ...content }] }));
  resource('test://static-text', { mimeType: 'text/plain', text: 'This is the content of the static text resource.' });
  resource('test://static-binary', { mimeType: 'image/png', blob: pixel });
  resource('test://watched-resource', { mimeType: 'text/plain', text: 'Watched resource content' });
  mcp.registerResource('template', new ResourceTemplate('test://template/{id}/data', { list: undefined }), { description: 'template', mimeType: 'application/json' },
    async (uri, { id }) => ({
      contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }],
    }));
  mcp.server.setRequestHandler(SubscribeRequestSchema, async () => ({}));
  mcp.server.setRequestHandler(UnsubscribeRequestSchema, async () => ({}));
  mcp.server.setRequestHandler(SetLevelRequestSchema, async () => ({}));
  mcp.server.setRequestHandler(CompleteRequestSchema, async () => ({ completion: { values: ['one', 'two'], total: 2, hasMore: false } }));

  mcp.registerPrompt('test_simple_prompt', { description: 'simple' }, async () => ({ messages: [user(text('This is a simple prompt for testing.'))] }));
  mcp.registerPrompt('test_prompt_with_arguments', { description: 'arguments', argsSchema: { arg1: z.string(), arg2: z.string() } },
    async ({ arg1, arg2 }) => ({ messages: [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))] }));
  mcp.registerPrompt('test_prompt_with_embedded_resource', { description: 'resource', argsSchema: { resourceUri: z.string() } }, async ({ resourceUri }) => ({
    messages: [
      user({ type: 'resource', resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' } }),
      user(text('Please process the embedded resource above.')),
    ],
  }));
  mcp.registerPrompt('test_prompt_with_image', { description: 'image' }, async () => ({ messages: [user(image), user(text('Please analyze the image above.'))] }));
  return mcp;
}

const sessions = new Map();
createServer(async (request, response) => {
  const id = request.headers['mcp-session-id'];
  let transport = sessions.get(id);
  if (id && !transport) {
    response.writeHead(404).end();
    return;
  }
  if (!transport) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      eventStore: new Events(),
      retryInterval: 500,
      enableDnsRebindingProtection: true,
      allowedHosts: (process.argv[3] ?? `127.0.0.1:${port},localhost:${port}`).split(','),
      onsessioninitialized: (session) => sessions.set(session, transport),
    });
    transport.onclose = () => sessions.delete(transport.sessionId);
    await build().connect(transport);
  }
  await transport.handleRequest(request, response);
}).listen(port, '127.0.0.1', () => console.log('listening'));
