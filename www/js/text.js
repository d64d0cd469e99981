// How long a text is, counted as the server counts: trimmed of white space, in Unicode code points.

// Control characters and what turns the direction of the text around it: phones paste it, and the server drops it.
const unseen = /[\0-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u202a-\u202e\u2066-\u2069]/g;
const line_breaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
const graphemes = 'Segmenter' in Intl ? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : null;

/**
 * A message is one line: what breaks lines in a pasted text becomes a space, what cannot be seen goes.
 * @param {string} text
 */
export function one_line(text) {
  return text.replace(unseen, '').replace(line_breaks, ' ');
}

/** @param {string} text */
export function code_points(text) {
  let count = 0;
  for (const _ of text) ++count;
  return count;
}

/**
 * Where the text stops fitting: the offset (in UTF-16 units, of the untrimmed text) at which the surplus starts, or its
 * end when all of it fits. An emoji of several code points that fits only in part is surplus as a whole.
 * @param {string} text
 * @param {number} limit code points; 0 is no limit
 */
export function surplus_start(text, limit) {
  const end = text.trimEnd().length;
  if (limit === 0) return text.length;
  let offset = text.length - text.trimStart().length;
  let left = limit;
  const rest = text.slice(offset, end);
  const pieces = graphemes ? graphemes.segment(rest) : Array.from(rest, (segment) => ({ segment }));
  for (const { segment } of pieces) {
    left -= code_points(segment);
    if (left < 0) return offset;
    offset += segment.length;
  }
  return text.length;
}

/**
 * "0.6 s" under ten seconds where tenths are wanted, "12 s", "9 min 5 s", "2 h".
 * @param {number} milliseconds
 * @param {boolean} [tenths]
 */
export function duration(milliseconds, tenths = false) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (tenths && seconds < 10) return `${(Math.ceil(seconds * 10) / 10).toFixed(1)} s`;
  if (seconds <= 90) return `${Math.ceil(seconds)} s`;
  const whole = Math.ceil(seconds);
  if (whole > 5400) return `${Math.ceil(whole / 3600)} h`;
  return `${Math.floor(whole / 60)} min${whole % 60 ? ` ${whole % 60} s` : ''}`;
}

const day_and_clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** @param {number} at */
export function day_and_time(at) {
  return day_and_clock.format(at);
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/**
 * What the limits are, in a line a person would say.
 * @param {import('./protocol.js').Limits} limits
 */
export function limits_in_words(limits) {
  const parts = [];
  if (limits.message_length) parts.push(`up to ${counted(limits.message_length, 'character')}`);
  if (limits.message_interval_ms) {
    const each = limits.message_interval_ms;
    parts.push(each === 1000 ? 'one a second' : `one every ${duration(each, each % 1000 !== 0)}`);
  }
  const said = `A small room for short remarks${parts.length ? `: ${parts.join(', ')}` : ''}.`;
  if (!limits.kick_after_ms) return said;
  const quiet = limits.activity === 'message' ? 'Say nothing' : 'Be away';
  return `${said} ${quiet} for ${duration(limits.kick_after_ms)} and you are shown out.`;
}
