// Days as people call them, by the calendar: one in which the clocks change has 23 hours or 25.

const in_this_year = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const in_another = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** Noon of the day that is `days` from this moment's; there are days without a midnight. @param {number} at @param {number} days */
function noon(at, days) {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, 12);
}

/** The same for all moments of one day. @param {number} at */
export const day_of = (at) => new Date(at).toDateString();

/** @param {number} at @param {number} now */
export function day_in_words(at, now) {
  const day = day_of(at);
  if (day === day_of(now)) return 'Today';
  if (day === noon(now, -1).toDateString()) return 'Yesterday';
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? in_this_year : in_another).format(at);
}

/** How long this day still lasts, in milliseconds. @param {number} now */
export function left_of_day(now) {
  const next = noon(now, 1);
  next.setHours(0, 0, 0, 0);
  return next.getTime() - now;
}
