import { Client } from '@langchain/langgraph-sdk';

export const speakers = {
  async langgraph({ address, token, seen, mayRetry }) {
    const client = new Client({
      apiUrl: address, apiKey: null, defaultHeaders: { Authorization: `Bearer ${token}` }, ...(mayRetry ? {} : { callerOptions: { maxRetries: 0 } }),
    });
    for await (const part of client.runs.stream('t', 'agent', { input: {}, streamMode: 'custom', streamResumable: true })) {
      seen.text += part.event === 'custom' ? part.data.text : '';
      seen.whole ||= part.event === 'end';
    }
  },
};
