import { paintAvatar } from './avatar.js';
import { Panels } from './panels.js';
import { RoomView } from './room-view.js';
import { Rooms, asRoomName, isRoomName } from './rooms.js';
import { Session } from './session.js';
import { keys, recall } from './storage.js';

const FIRST_ROOM = 'lobby';
const ROOM_RULE = 'A room name has letters, digits, - and _ only, at most 64.';

const byId = (id) => document.getElementById(id);
const session = new Session();
const rooms = new Rooms();
const panels = new Panels();
let view = null;
let current = null;

/** The room in the address, so that a reload or a link leads back to it. */
const addressed = () => location.hash.slice(1);

function showJoin({ notice = '', room = addressed(), focus } = {}) {
  view?.stop();
  view = current = null;
  panels.close({ focus: false });
  byId('chat-screen').hidden = true;
  byId('join-screen').hidden = false;
  document.title = 'Parley';

  const { name } = session;
  byId('name-input').value = name ?? recall(keys.lastName, '');
  byId('room-input').value = room || rooms.recent[0] || FIRST_ROOM;
  byId('join-sign-out').hidden = !name;
  byId('join-error').textContent = '';
  byId('join-notice').hidden = !notice;
  byId('join-notice').textContent = notice;
  byId(focus ?? (name ? 'room-input' : 'name-input')).focus();
}

function enter(room) {
  if (room === current) return;
  view?.stop();
  current = room;
  const me = session.name;
  history.replaceState(null, '', `#${room}`);
  rooms.visited(room);
  rooms.show(room, me);
  byId('join-screen').hidden = true;
  byId('chat-screen').hidden = false;
  byId('room-title').textContent = room;
  byId('me-name').textContent = me;
  paintAvatar(byId('me-avatar'), me);
  panels.close({ focus: false });

  const opened = new RoomView(room, session);
  view = opened;
  opened.addEventListener('unauthorized', () => {
    if (view !== opened) return;
    session.forget();
    showJoin({ notice: 'Your session has ended. Sign in again: what you wrote is kept.', room, focus: 'name-input' });
  });
  opened.addEventListener('expiring', () => session.renew());
  opened.start();
}

byId('join-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const name = byId('name-input').value.trim();
  const room = asRoomName(byId('room-input').value);
  const complain = (text, id) => {
    byId('join-error').textContent = text;
    byId(id).focus();
  };
  if (!name) return complain('Please say who you are.', 'name-input');
  if (!isRoomName(room)) return complain(ROOM_RULE, 'room-input');

  const button = byId('join-button');
  button.disabled = true;
  try {
    if (session.name !== name) await session.signIn(name);
    enter(room);
  } catch (error) {
    complain(error.message, 'name-input');
  } finally {
    button.disabled = false;
  }
});

byId('switch-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const room = asRoomName(byId('switch-input').value);
  const isValid = isRoomName(room);
  byId('switch-error').textContent = isValid ? '' : ROOM_RULE;
  if (!isValid) return;
  byId('switch-input').value = '';
  enter(room);
});

byId('leave-button').addEventListener('click', () => {
  const room = current;
  history.replaceState(null, '', location.pathname + location.search);
  showJoin({ room });
});

async function signOut() {
  history.replaceState(null, '', location.pathname + location.search);
  view?.stop(); // takes leave of the room while the cookie is still good
  const ending = session.signOut();
  showJoin({ room: current ?? '' });
  try {
    await ending;
  } catch {
    byId('join-notice').textContent = 'Signed out here. The server could not be told; close the browser on a shared machine.';
    byId('join-notice').hidden = false;
  }
}

byId('sign-out').addEventListener('click', signOut);
byId('join-sign-out').addEventListener('click', signOut);

byId('skip-link').addEventListener('click', (event) => {
  event.preventDefault(); // the address after # is the room
  byId('message-input').focus();
});

window.addEventListener('hashchange', () => {
  const room = addressed();
  if (session.name && isRoomName(room)) enter(room);
});

if (session.name && isRoomName(addressed())) enter(addressed());
else showJoin();
