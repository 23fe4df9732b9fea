/** Over HTTP/1.1 browsers open six connections to an origin, for all tabs together. Two stay free: for what is posted, and for the next tab to load. */
const PLACES = 4;
const ASK_EVERY_MS = 1_000;

/** Asked so often for nothing: everybody else is looked at too. */
const ASKS_BEFORE_FULL = 3;

/** As long as it takes whoever has been waiting to take the place that became free. */
const PASSING_ON_MS = 300;

const CHANNEL = 'chat.streams';
const placeName = (number) => `chat.stream.${number}`;

/** True where all tabs together may have few streams only: not over HTTP/2 and 3. */
export const isScarce = () => !/^h[23]/.test(performance.getEntriesByType('navigation')[0]?.nextHopProtocol ?? '');

/** True where tabs can settle among themselves who has a stream: browsers give Web Locks to https and this machine's own pages only. */
export const canSettle = 'locks' in navigator && 'BroadcastChannel' in window;

/**
 * A place among the streams that all tabs of this browser may have open. Who is out of sight gives theirs to who is looked at.
 *
 * Fires `wanted` when this tab is to give its place, and `full` when nobody gives one.
 */
export class StreamPlace extends EventTarget {
  #channel = null;
  #waiting = null;
  #release = null;
  #timer;

  /** Waits for a place. Resolves at once where there is no need for one, and never after `give`. */
  async take() {
    if (this.#release || !canSettle || !isScarce()) return;
    this.#stopWaiting();
    this.#channel ??= this.#listen();
    const waiting = (this.#waiting = new AbortController());
    const { promise, resolve } = Promise.withResolvers();
    for (let number = 0; number < PLACES; number++) {
      const holding = navigator.locks.request(placeName(number), { signal: waiting.signal }, () => {
        if (waiting.signal.aborted) return undefined; // another place was free sooner
        this.#stopWaiting();
        const held = Promise.withResolvers();
        this.#release = held.resolve;
        resolve();
        return held.promise;
      });
      holding.catch(() => {}); // waits no longer
    }
    this.#timer = setTimeout(() => this.#ask(1), 0);
    await promise;
  }

  /** Gives it back, or waits for none any longer. */
  give() {
    this.#stopWaiting();
    this.#release?.();
    this.#release = null;
    // An open channel can keep a page out of the back-forward cache.
    this.#channel?.close();
    this.#channel = null;
  }

  #listen() {
    const channel = new BroadcastChannel(CHANNEL);
    channel.addEventListener('message', () => this.#asked());
    return channel;
  }

  #stopWaiting() {
    clearTimeout(this.#timer);
    this.#waiting?.abort();
    this.#waiting = null;
  }

  /** Nobody has to make place for a tab that nobody sees. */
  #ask(times) {
    if (!this.#waiting) return;
    if (!document.hidden) this.#channel.postMessage('wanted');
    if (!document.hidden && times === ASKS_BEFORE_FULL) this.dispatchEvent(new Event('full'));
    this.#timer = setTimeout(() => this.#ask(document.hidden ? 1 : times + 1), ASK_EVERY_MS);
  }

  /** One of those out of sight answers, and the others leave it to that one. */
  #asked() {
    if (!this.#release || !document.hidden) return;
    navigator.locks.request('chat.stream.giving', { ifAvailable: true }, (giving) => {
      if (!giving || !this.#release || !document.hidden) return undefined;
      this.dispatchEvent(new Event('wanted'));
      return new Promise((resolve) => { setTimeout(resolve, PASSING_ON_MS); });
    });
  }
}
