import { keys, recall, recallList, remember } from './storage.js';

const MOST = 12;
const NAME = /^[A-Za-z0-9_-]{1,64}$/u;

export const isRoomName = (text) => NAME.test(text);

/** What somebody wrote as a room name, a leading # and spaces made good. */
export const asRoomName = (text) => text.trim().replace(/^#/u, '').replace(/\s+/gu, '-');

/** The rooms that were visited last, in a list that shows which is open and which has something unsent. */
export class Rooms {
  #list = document.getElementById('rooms-list');

  get recent() {
    return recallList(keys.rooms).filter((room) => typeof room === 'string' && isRoomName(room));
  }

  visited(room) {
    const { recent } = this;
    // Rooms keep their places; only a new one pushes the others down.
    if (!recent.includes(room)) remember(keys.rooms, [room, ...recent].slice(0, MOST));
  }

  show(current, me) {
    this.#list.replaceChildren(...this.recent.map((room) => this.#entry(room, current, me)));
  }

  #entry(room, current, me) {
    const link = document.createElement('a');
    link.href = `#${room}`;
    link.textContent = room;
    if (room === current) link.ariaCurrent = 'page';
    const item = document.createElement('li');
    item.append(link);
    if (room !== current && (recall(keys.outbox(me, room), null) || recall(keys.draft(me, room), null))) {
      const tag = document.createElement('span');
      tag.className = 'tag';
      tag.textContent = recall(keys.outbox(me, room), null) ? 'unsent' : 'draft';
      item.append(tag);
    }
    return item;
  }
}
