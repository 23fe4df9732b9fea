/** A name that nobody else makes up. Not crypto.randomUUID(): that exists on https and loopback only. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
