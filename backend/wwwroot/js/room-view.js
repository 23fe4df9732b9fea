import { announce } from './announcer.js';
import { api } from './api.js';
import { Backoff } from './backoff.js';
import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { Outbox } from './outbox.js';
import { People } from './people.js';
import { Presence } from './presence.js';
import { Status } from './status.js';
import { Timeline } from './timeline.js';
import { Typing } from './typing.js';
import { Unread } from './unread.js';

const PAGE = 50;

/** One room while it is open: history, then the stream from where the history ends, so that nothing falls in between. Fires `unauthorized` and `expiring`. */
export class RoomView extends EventTarget {
  #room;
  #me;
  #session;
  #stopping = new AbortController();
  #backoff = new Backoff();
  #timer;
  #epoch;
  #connection = null;
  #older = document.getElementById('older-button');
  #start = document.getElementById('room-start');
  #status;
  #timeline;
  #composer;
  #outbox;
  #people;
  #presence;
  #typing;
  #unread;

  constructor(room, session) {
    super();
    const me = session.name;
    this.#room = room;
    this.#me = me;
    this.#session = session;
    const { signal } = this.#stopping;
    this.#status = new Status(signal);
    this.#timeline = new Timeline(me, signal);
    this.#composer = new Composer(me, room, signal);
    this.#outbox = new Outbox(me, room);
    this.#people = new People(me);
    this.#presence = new Presence(room);
    this.#typing = new Typing(room);
    this.#unread = new Unread(`#${room} · Parley`);
    this.#listen(signal);
    this.#older.hidden = this.#start.hidden = true;
    this.#start.textContent = `This is the beginning of #${room}. Say hello.`;
  }

  start() {
    for (const item of this.#outbox.items) this.#showItem(item);
    this.#composer.focus();
    return this.#load();
  }

  /** Leaves the room: the stream is closed, and nothing more is requested. What is not sent stays in the browser's storage. */
  stop() {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    this.#outbox.stop();
    this.#typing.stop();
    this.#presence.leave();
    this.#connection?.close();
    this.#connection = null;
    this.#unread.clear();
  }

  #listen(signal) {
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    on(this.#status, 'try-now', () => this.#tryNow());
    on(window, 'online', () => {
      // On another network: what was open on the last one is dead, whatever it looks like.
      if (this.#status.state === 'open' || this.#status.state === 'offline') this.#connection?.open();
      else this.#tryNow();
    });
    on(window, 'offline', () => this.#status.state === 'open' && this.#status.show({ state: 'offline' }));
    on(this.#timeline, 'scrolled', () => this.#read());
    on(this.#timeline, 'retry', ({ detail }) => this.#retry(detail.clientId));
    on(this.#timeline, 'discard', ({ detail }) => this.#putBack(detail.clientId));
    on(this.#composer, 'send', ({ detail }) => this.#send(detail.text));
    on(this.#composer, 'typing', () => this.#typing.tell());
    on(this.#outbox, 'change', ({ detail }) => this.#showItem(detail.item));
    on(this.#outbox, 'sent', ({ detail }) => this.#timeline.add(detail.message));
    on(this.#outbox, 'unauthorized', () => this.dispatchEvent(new Event('unauthorized')));
    on(this.#presence, 'here', ({ detail }) => this.#people.show(detail));
    on(this.#presence, 'unauthorized', () => this.dispatchEvent(new Event('unauthorized')));
    on(document.getElementById('unread'), 'click', () => {
      this.#timeline.scrollToEnd();
      this.#composer.focus();
    });
    on(this.#older, 'click', () => this.#loadOlder());
    on(document, 'visibilitychange', () => {
      if (document.hidden) {
        this.#connection?.hide();
        return;
      }
      this.#read();
      this.#connection?.resume();
    });
    // A page in the back-forward cache must not hold a stream; when it comes back it goes on from where it was.
    on(window, 'pagehide', () => {
      this.#presence.leave({ closing: true });
      this.#connection?.close();
    });
    on(window, 'pageshow', (event) => event.persisted && this.#connection?.open());
  }

  async #load() {
    this.#status.show({ state: 'connecting' });
    let history;
    try {
      history = await api.newest(this.#room, PAGE);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      if (error.status === 401) {
        this.dispatchEvent(new Event('unauthorized'));
        return;
      }
      const wait = this.#backoff.next(error.retryAfterMs);
      const reason = error.status === 0 || error.status === 502 || error.status === 504 ? 'unreachable' : 'busy';
      this.#status.show({ state: 'waiting', until: Date.now() + wait, reason });
      this.#timer = setTimeout(() => this.#load(), wait);
      return;
    }
    if (this.#stopping.signal.aborted) return;
    this.#backoff.reset();
    this.#epoch = history.epoch;
    this.#typing.setClock(history.at);
    for (const message of history.messages) this.#confirm(message);
    this.#showMore(history.more);
    this.#timeline.scrollToEnd();
    this.#connect(history.messages.at(-1)?.id ?? 0);
  }

  #connect(lastId) {
    this.#connection?.close();
    const connection = new Connection(this.#room, lastId, this.#session);
    this.#connection = connection;
    const on = (type, listener) => connection.addEventListener(type, (event) => connection === this.#connection && listener(event.detail));
    on('state', (detail) => this.#changed(detail));
    // A service on this machine needs no network.
    on('heard', () => this.#status.state === 'offline' && this.#status.show({ state: 'open' }));
    on('welcome', (detail) => this.#welcomed(detail));
    on('message', (message) => this.#received(message));
    on('presence', (change) => {
      this.#presence.changed();
      this.#people.show(change);
    });
    on('typing', (notice) => notice.name !== this.#me && this.#typing.heard(notice));
    on('unauthorized', () => this.dispatchEvent(new Event('unauthorized')));
    on('gateway.expiring', () => this.dispatchEvent(new Event('expiring')));
    on('gateway.gap', () => this.#catchUp());
    connection.open();
  }

  #changed(detail) {
    this.#status.show(detail);
    if (detail.state !== 'open') {
      this.#presence.lost();
      return;
    }
    this.#presence.opened();
    this.#timeline.goLive();
    this.#outbox.flush();
  }

  #welcomed({ epoch, resume }) {
    if (epoch !== this.#epoch || resume === 'unknown') {
      // Another database: what is shown has nothing to do with it.
      this.#timeline.clear();
      for (const item of this.#outbox.items) this.#showItem(item);
      this.#connection.close();
      this.#connection = null;
      this.#load();
      return;
    }
    this.#presence.begun();
    this.#outbox.flush();
  }

  #received(message) {
    const isNew = this.#confirm(message);
    this.#typing.done(message.author);
    if (!isNew || message.author === this.#me) return;
    if (document.hidden || !this.#timeline.isAtEnd) {
      if (this.#unread.count === 0) {
        this.#timeline.unmarkUnread();
        this.#timeline.markUnread(message.id);
      }
      this.#unread.add();
    }
    if (this.#timeline.trim()) this.#showMore(true);
  }

  /** Shows a stored message, by whichever way it became known. False when it was shown before. */
  #confirm(message) {
    if (message.author === this.#me && message.clientId) this.#outbox.remove(message.clientId);
    this.#start.hidden = true;
    return this.#timeline.add(message);
  }

  /** The gateway could not give all that was missed; the history can. What the stream brings meanwhile is newer: it says nothing about the gap. */
  async #catchUp(after = this.#timeline.newestId) {
    const { signal } = this.#stopping;
    try {
      for (let more = true; more && !signal.aborted;) {
        const page = await api.newer(this.#room, after, 200);
        if (signal.aborted) return;
        for (const message of page.messages) this.#received(message);
        after = page.messages.at(-1)?.id ?? after;
        more = page.more;
      }
    } catch (error) {
      console.warn('Missed messages could not be read:', error.message);
      setTimeout(() => signal.aborted || this.#catchUp(after), this.#backoff.next(error.retryAfterMs));
    }
  }

  async #loadOlder() {
    this.#older.disabled = true;
    try {
      const page = await api.older(this.#room, this.#timeline.oldestId, PAGE);
      if (this.#stopping.signal.aborted) return;
      this.#timeline.addOlder(page.messages);
      this.#showMore(page.more);
      announce(`${page.messages.length} older messages loaded.`);
    } catch (error) {
      announce(`Older messages could not be loaded. ${error.message}`);
      this.#older.textContent = 'Could not load, try again';
    } finally {
      this.#older.disabled = false;
    }
  }

  #showMore(more) {
    this.#older.textContent = 'Load older messages';
    this.#older.hidden = !more;
    this.#start.hidden = more || !this.#timeline.isEmpty;
  }

  #send(text) {
    const item = this.#outbox.add(text);
    this.#start.hidden = true;
    this.#showItem(item);
    this.#timeline.scrollToEnd();
    this.#typing.sent();
    this.#outbox.flush();
  }

  #retry(clientId) {
    const item = this.#outbox.items.find((candidate) => candidate.clientId === clientId);
    if (item) this.#outbox.retry(item);
  }

  #putBack(clientId) {
    const item = this.#outbox.remove(clientId);
    if (!item) return;
    this.#timeline.removePending(clientId);
    this.#composer.putBack(item.text);
  }

  #showItem(item) {
    const label = {
      sending: 'Sending',
      waiting: 'Not sent yet. It will be tried again.',
      failed: `Not sent. ${item.reason ?? ''}`,
    }[item.state];
    this.#timeline.showPending(item, label, item.state !== 'sending');
  }

  #read() {
    if (!document.hidden && this.#timeline.isAtEnd && this.#unread.count > 0) this.#unread.clear();
  }

  #tryNow() {
    if (this.#status.state !== 'waiting') return;
    clearTimeout(this.#timer);
    if (this.#connection) this.#connection.open();
    else this.#load();
    this.#outbox.flush();
  }
}
