const HUES = 16;

/** A hue from 0 to 359 that is always the same for a name: one of a few, since neighbouring ones cannot be told apart. */
export function hueOf(name) {
  let hash = 2166136261; // FNV-1a, then mixed: short names differ in their last bits only
  for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0), 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % HUES * (360 / HUES);
}

/** One or two letters: of the first and the last word, else the first two of the only one. */
export function initialsOf(name) {
  const words = name.split(/[ _.-]+/u).filter(Boolean);
  const letters = words.length > 1 ? [[...words[0]][0], [...words.at(-1)][0]] : [...(words[0] ?? '?')].slice(0, 2);
  return letters.join('').toUpperCase();
}

export function paintAvatar(element, name) {
  element.textContent = initialsOf(name);
  element.style.setProperty('--hue', hueOf(name));
}
