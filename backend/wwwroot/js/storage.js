// What this browser remembers. Storage can be forbidden or full: then it lasts as long as the page.
const memory = new Map();

/** Keys of what is remembered for this tab alone, as long as it is open. */
const OF_TAB = 'tab.';

const storeOf = (key) => (key.startsWith(OF_TAB) ? sessionStorage : localStorage);

/** The remembered value, or `fallback`. */
export function recall(key, fallback) {
  let text = memory.get(key);
  if (text === undefined) {
    try {
      text = storeOf(key).getItem(key);
    } catch {
      text = null; // storage is forbidden here
    }
  }
  if (text === null || text === undefined) return fallback;
  try {
    return JSON.parse(text);
  } catch {
    return fallback; // written by something else
  }
}

/** The remembered list, or an empty one. */
export function recallList(key) {
  const list = recall(key, []);
  return Array.isArray(list) ? list : []; // written by something else
}

/** Remembers a value that can be written as JSON; null or undefined forgets it. */
export function remember(key, value) {
  const forget = value === null || value === undefined;
  const text = forget ? null : JSON.stringify(value);
  memory.delete(key);
  try {
    if (forget) storeOf(key).removeItem(key);
    else storeOf(key).setItem(key, text);
  } catch {
    memory.set(key, text); // forbidden or full: keep it for this page at least
  }
}

export const keys = {
  session: `${OF_TAB}chat.session`,
  cookie: 'chat.cookie',
  rooms: 'chat.rooms',
  lastName: 'chat.name',
  // Per person and room: what ada began to write must not turn up as bob's.
  draft: (name, room) => `chat.draft.${room}.${name}`,
  outbox: (name, room) => `chat.outbox.${room}.${name}`,
};
