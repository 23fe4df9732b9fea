import { DefaultChatTransport, readUIMessageStream } from 'ai';

export const speakers = {
  async ui({ address, token, seen }) {
    const transport = new DefaultChatTransport({ api: `${address}/api/chat`, headers: { Authorization: `Bearer ${token}` } });
    const stream = await transport.sendMessages({
      trigger: 'submit-message', chatId: 'c', messageId: undefined, abortSignal: undefined,
      messages: [{ id: 'u', role: 'user', parts: [{ type: 'text', text: 'count' }] }],
    });
    const [chunks, messages] = stream.tee();
    const finished = (async () => {
      for await (const chunk of chunks) {
        seen.whole ||= chunk.type === 'finish';
      }
    })();
    finished.catch(() => {});
    for await (const message of readUIMessageStream({ stream: messages, terminateOnError: true })) {
      seen.text = message.parts.filter((part) => part.type === 'text').map((part) => part.text).join('');
    }
    await finished;
  },
};
