import Anthropic from '@anthropic-ai/sdk';

export const speakers = {
  async messages({ address, token, seen, mayRetry }) {
    const client = new Anthropic({ baseURL: address, authToken: token, apiKey: null, ...(mayRetry ? {} : { maxRetries: 0 }) });
    const stream = await client.messages.create({ model: 'm', max_tokens: 10, stream: true, messages: [{ role: 'user', content: 'count' }] });
    for await (const event of stream) {
      seen.text += event.type === 'content_block_delta' ? event.delta.text : '';
      seen.whole ||= event.type === 'message_stop';
    }
  },
};
