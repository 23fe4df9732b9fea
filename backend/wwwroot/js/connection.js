import { api } from './api.js';
import { Backoff } from './backoff.js';
import { StreamPlace, canSettle, isScarce } from './stream-place.js';

/** What browsers wait before a reconnect until the stream says otherwise. */
const USUAL_RETRY_MS = 3_000;

/** The service is never silent for longer than 15 s: two of its beats have not come, and a third is late. */
const LONGEST_SILENCE_MS = 38_000;
const LOOK_EVERY_MS = 5_000;

/** A stream that does not open in this time was asked for on a connection that is dead too; twice as long each time. */
const OPENING_MS = 8_000;

/** After this much silence nobody knows whether a stream that was out of sight still carries anything: asking again is cheap. */
const DOUBTFUL_SILENCE_MS = 5_000;

const NOTICES = ['gateway.refused', 'gateway.expiring', 'gateway.gap'];

/**
 * One room's EventSource over all of its reconnects.
 *
 * The browser reconnects by itself after a cut, with Last-Event-ID. After an answer other than 200 (a 502 of a proxy, a 401) it gives up for good:
 * then this asks the service why, and opens a new EventSource with the last id in the query.
 *
 * No browser tells of a network that carries nothing any more (sleep, a tunnel, another network): EventSource stays open and nothing comes. The service
 * says something every 15 s at least, if only a `beat`, which scripts can see and a comment is not.
 *
 * A welcome comes when the service begins the stream. Behind a gateway that shares it among people this is not always when this page's own opens: it may
 * come never, or again.
 *
 * Over HTTP/1.1 a browser has few connections for all of its tabs: a tab out of sight rests, and goes on from its cursor when it is seen again.
 *
 * Fires `state` ({ state, until, reason }), `welcome`, `message`, `presence`, `typing` and the gateway's notices with the parsed data as `detail`,
 * and `unauthorized`.
 */
export class Connection extends EventTarget {
  #room;
  #session;
  #place = new StreamPlace();
  #isResting = false;
  #source = null;
  #opening = null;
  #timer;
  #watch;
  #heardAt = 0;
  #patienceMs = OPENING_MS;
  #backoff = new Backoff();
  #retryMs = USUAL_RETRY_MS;
  #refusal = null;

  /** The cursor: everything up to this id has been received. Opaque here: a gateway in between may make ids of its own. */
  lastId;

  constructor(room, lastId, session) {
    super();
    this.#room = room;
    this.#session = session;
    this.lastId = lastId;
    this.#place.addEventListener('wanted', () => this.#rest());
    this.#place.addEventListener('full', () => this.#report('full'));
  }

  get isLive() {
    return this.#source?.readyState === EventSource.OPEN;
  }

  async open() {
    this.#stop();
    this.#refusal = null;
    this.#report('connecting');
    const opening = (this.#opening = {});
    await this.#place.take();
    if (opening === this.#opening) await this.#session.takeCookie();
    if (opening !== this.#opening) return; // closed or opened again meanwhile
    this.#report('connecting');
    this.#heardAt = Date.now();
    this.#watch = setInterval(() => this.#look(), LOOK_EVERY_MS);
    const source = new EventSource(api.eventsUrl(this.#room, this.lastId));
    this.#source = source;
    source.addEventListener('open', () => this.#opened());
    source.addEventListener('error', () => this.#failed(source));
    source.addEventListener('message', (event) => this.#received(event));
    for (const type of ['welcome', 'presence', 'typing', 'beat', ...NOTICES]) source.addEventListener(type, (event) => this.#received(event));
  }

  /** The page is out of sight. Where tabs cannot settle it among themselves, each of them rests. */
  hide() {
    if (!canSettle && isScarce()) this.#rest();
  }

  /** The page is seen again: who knows what became of the stream meanwhile. */
  resume() {
    if (this.#isResting) this.open();
    else this.#reopenAfter(DOUBTFUL_SILENCE_MS);
  }

  /** Ends it; nothing more is requested. */
  close() {
    this.#stop();
    this.#place.give();
    this.#report('closed');
  }

  #rest() {
    this.#stop();
    this.#place.give();
    this.#isResting = true;
    this.#report('resting');
  }

  #look() {
    if (this.isLive) {
      this.#reopenAfter(LONGEST_SILENCE_MS);
      return;
    }
    const patienceMs = this.#patienceMs;
    if (this.#reopenAfter(patienceMs)) this.#patienceMs = Math.min(LONGEST_SILENCE_MS, patienceMs * 2);
  }

  // While the browser waits for its own next try nothing can come, and that time is not counted.
  #reopenAfter(silenceMs) {
    const isDue = this.#source !== null && Date.now() - this.#heardAt >= silenceMs;
    if (isDue) this.open();
    return isDue;
  }

  #stop() {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#opening = null;
    this.#isResting = false;
    this.#source?.close();
    this.#source = null;
  }

  #opened() {
    // The browser's own countdown and ours are two timers; its reconnect can be there before ours has run out.
    clearTimeout(this.#timer);
    this.#heardAt = Date.now();
    this.#patienceMs = OPENING_MS;
    this.#backoff.reset();
    this.#refusal = null;
    this.#report('open');
  }

  #received(event) {
    this.#heardAt = Date.now();
    this.dispatchEvent(new Event('heard'));
    let detail;
    try {
      detail = JSON.parse(event.data);
    } catch {
      console.warn(`An event of type ${event.type} is not JSON`);
      return;
    }
    if (event.lastEventId) this.lastId = event.lastEventId;
    if (detail.retryMs > 0) this.#retryMs = detail.retryMs;
    if (event.type === 'gateway.refused') this.#refusal = detail.reason ?? 'busy';
    this.dispatchEvent(new CustomEvent(event.type, { detail }));
  }

  #failed(source) {
    if (source !== this.#source) return;
    // For the next try, whoever makes it; until then nothing can come.
    this.#heardAt = Date.now() + this.#retryMs;
    this.#session.takeCookie();
    if (source.readyState !== EventSource.CLOSED) {
      this.#wait(this.#retryMs, { upstream: 'unreachable' }[this.#refusal] ?? (this.#refusal ? 'busy' : 'lost'), () => this.#report('connecting'));
      return;
    }
    this.#stop();
    this.#askWhy();
  }

  /** EventSource does not tell the status; an ordinary request to the same room does. */
  async #askWhy() {
    const room = this.#room;
    this.#report('connecting');
    const marker = (this.#timer = setTimeout(() => {}, 0));
    let reason = 'lost';
    let atLeast = 0;
    try {
      await api.newest(room, 1);
      this.#session.doubtCookie();
    } catch (error) {
      if (marker !== this.#timer) return; // closed or opened again meanwhile
      if (error.status === 401) {
        this.#report('closed');
        this.dispatchEvent(new Event('unauthorized'));
        return;
      }
      reason = error.status === 0 || error.status === 502 || error.status === 504 ? 'unreachable' : 'busy';
      atLeast = error.retryAfterMs ?? 0;
    }
    if (marker !== this.#timer) return;
    this.#wait(this.#backoff.next(atLeast), reason, () => this.open());
  }

  #wait(milliseconds, reason, then) {
    clearTimeout(this.#timer);
    this.#report('waiting', Date.now() + milliseconds, reason);
    this.#timer = setTimeout(then, milliseconds);
  }

  #report(state, until = null, reason = null) {
    this.dispatchEvent(new CustomEvent('state', { detail: { state, until, reason } }));
  }
}
