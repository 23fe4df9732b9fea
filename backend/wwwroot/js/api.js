// Requests to the service. Addresses are relative, so the page works wherever it is served from.
const TIMEOUT_MS = 15_000;

/** A request that did not succeed. `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  constructor(status, detail, retryAfterMs) {
    super(detail);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may succeed later. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

let token = null;

/** From now on requests are made with this token; null for none. */
export function carry(credential) {
  token = credential;
}

async function send(method, path, body, { keepalive = false } = {}) {
  const headers = { Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      keepalive,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return response.status === 204 ? null : await response.json();
  } catch {
    throw new ApiError(0, 'The server cannot be reached.'); // also an answer that broke off
  }
  throw new ApiError(response.status, await detailOf(response), retryAfter(response));
}

async function detailOf(response) {
  try {
    const problem = await response.json();
    return problem.detail ?? problem.title ?? `The server answered ${response.status}.`;
  } catch {
    return `The server answered ${response.status}.`; // no problem details; some proxy's own page
  }
}

function retryAfter(response) {
  const seconds = Number(response.headers.get('Retry-After'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

const roomPath = (room) => `rooms/${encodeURIComponent(room)}`;

export const api = {
  signIn: (name) => send('POST', 'login', { name }),
  signOut: () => send('POST', 'logout'),
  newest: (room, limit) => send('GET', `${roomPath(room)}/messages?limit=${limit}`),
  older: (room, before, limit) => send('GET', `${roomPath(room)}/messages?before=${before}&limit=${limit}`),
  newer: (room, after, limit) => send('GET', `${roomPath(room)}/messages?after=${after}&limit=${limit}`),
  post: (room, text, clientId) => send('POST', `${roomPath(room)}/messages`, { text, clientId }),
  here: (room, page) => send('POST', `${roomPath(room)}/presence/${page}`),
  gone: (room, page, { keepalive }) => send('DELETE', `${roomPath(room)}/presence/${page}`, undefined, { keepalive }),
  typing: (room) => send('POST', `${roomPath(room)}/typing`),
  eventsUrl: (room, lastId) => `${roomPath(room)}/events?lastEventId=${encodeURIComponent(lastId)}`,
};
