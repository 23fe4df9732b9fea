// The page of a chat is left in the middle of an answer, and loaded again: useChat({ resume: true }) asks its transport so. The second address is where it is
// loaded again, if that is another one.
import { DefaultChatTransport, readUIMessageStream } from 'ai';

const transport = new DefaultChatTransport({ api: `${process.argv[2]}/api/chat` });
const again = new DefaultChatTransport({ api: `${process.argv[3] ?? process.argv[2]}/api/chat` });
const leaving = new AbortController();
const first = await transport.sendMessages({
  trigger: 'submit-message', chatId: 'c 1', messageId: undefined, abortSignal: leaving.signal,
  messages: [{ id: 'u', role: 'user', parts: [{ type: 'text', text: 'count' }] }],
});
for await (const chunk of first) {
  if (chunk.type === 'text-delta') break;
}
leaving.abort();

const [chunks, messages] = (await again.reconnectToStream({ chatId: 'c 1' })).tee();
const types = [];
const finished = (async () => {
  for await (const chunk of chunks) types.push(chunk.type);
})();
let text;
for await (const message of readUIMessageStream({ stream: messages, terminateOnError: true })) {
  text = message.parts.filter((part) => part.type === 'text').map((part) => part.text).join('');
}
await finished;
const over = await again.reconnectToStream({ chatId: 'c 1' });
const another = await again.reconnectToStream({ chatId: 'c 2' });
console.log(JSON.stringify({ text, last: types.at(-1), over, another }));
