import { paintAvatar } from './avatar.js';

/** Shows who is here, and how many streams it takes the gateway. */
export class People {
  #list = document.getElementById('people');
  #more = document.getElementById('people-more');
  #count = document.getElementById('people-count');
  #about = document.getElementById('about-numbers');
  #me;
  #known = { here: [], count: 0, streams: 0, isShared: false };

  constructor(me) {
    this.#me = me;
    this.show({});
  }

  /** What is not said stays as it was. */
  show(change) {
    this.#known = { ...this.#known, ...change };
    const { here, count, streams, isShared } = this.#known;
    this.#about.textContent = count === 0 ? '' : `: ${phrase(count, streams, isShared)}`;
    this.#count.textContent = String(count);
    this.#more.hidden = count <= here.length;
    this.#more.textContent = `and ${count - here.length} more`;
    const sorted = [...here].sort((a, b) => (b === this.#me) - (a === this.#me) || a.localeCompare(b));
    this.#list.replaceChildren(...sorted.map((name) => this.#person(name)));
  }

  #person(name) {
    const item = document.createElement('li');
    item.dataset.name = name;
    const avatar = document.createElement('span');
    avatar.className = 'avatar avatar-small';
    avatar.setAttribute('aria-hidden', 'true');
    paintAvatar(avatar, name);
    const label = document.createElement('span');
    label.className = 'person-name';
    label.textContent = name;
    item.append(avatar, label);
    if (name === this.#me) {
      const you = document.createElement('span');
      you.className = 'tag';
      you.textContent = 'you';
      item.append(you);
    }
    return item;
  }
}

function phrase(people, streams, isShared) {
  const here = people === 1 ? '1 person here' : `${people} people here`;
  const upstream = streams === 1 ? '1 upstream stream' : `${streams} upstream streams`;
  return isShared ? `${here} on ${upstream}, which the gateway shares` : `${here} on ${upstream}`;
}
