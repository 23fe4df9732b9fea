import OpenAI from 'openai';

const client = (address, token, mayRetry) => new OpenAI({ baseURL: `${address}/v1`, apiKey: token, ...(mayRetry ? {} : { maxRetries: 0 }) });

export const speakers = {
  async chat({ address, token, seen, mayRetry }) {
    const stream = await client(address, token, mayRetry).chat.completions.create(
      { model: 'm', stream: true, messages: [{ role: 'user', content: 'count' }] });
    for await (const chunk of stream) {
      seen.text += chunk.choices[0]?.delta?.content ?? '';
      seen.whole ||= chunk.choices[0]?.finish_reason === 'stop';
    }
  },

  async responses({ address, token, seen, mayRetry }) {
    const stream = await client(address, token, mayRetry).responses.create({ model: 'm', stream: true, input: 'count' });
    for await (const event of stream) {
      seen.text += event.type === 'response.output_text.delta' ? event.delta : '';
      seen.whole ||= event.type === 'response.completed';
    }
  },
};
