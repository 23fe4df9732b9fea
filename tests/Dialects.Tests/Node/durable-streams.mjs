import { stream } from '@durable-streams/client';

export const speakers = {
  async durable({ address, token, seen }) {
    const response = await stream({
      url: `${address}/streams/s`, live: 'sse', offset: '-1', headers: { Authorization: `Bearer ${token}` }, json: true,
      backoffOptions: { initialDelay: 10, maxDelay: 10, multiplier: 1, maxRetries: 0 },
    });
    for await (const item of response.jsonStream()) {
      seen.text += item.text;
      if (item.last) {
        seen.whole = true;
        response.cancel();
        break;
      }
    }
  },
};
