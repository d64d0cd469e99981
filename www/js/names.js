// How a person looks: a colour and a letter from the name.

/**
 * The same hue for the same name everywhere, without regard to case as the server compares names.
 * @param {string} name
 */
export function hue(name) {
  let hash = 2166136261;  // FNV-1a
  for (const character of name.toLowerCase()) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619);
  // A last mix, because names that differ only at their end would otherwise get neighbouring colours.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) % 360;
}

/** @param {HTMLElement} target @param {string} name */
export function paint(target, name) {
  target.style.setProperty('--hue', String(hue(name)));
}

/** @param {HTMLElement} disc @param {string} name */
export function fill_disc(disc, name) {
  paint(disc, name);
  disc.textContent = /[a-z0-9]/i.exec(name)?.[0] ?? '·';
}

/** The room that two people have to themselves. @param {string} one @param {string} other */
export function direct_room(one, other) {
  return `@${[one.toLowerCase(), other.toLowerCase()].sort().join(':')}`;
}

/** As people call a room. @param {string} name @param {string} user who reads it */
export function room_title(name, user) {
  if (!name.startsWith('@')) return `# ${name}`;
  const [one = '', other = ''] = name.slice(1).split(':');
  return `@ ${one === user.toLowerCase() ? other : one}`;
}
