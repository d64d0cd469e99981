// Days as the calendar has them.

import assert from 'node:assert/strict';
import { message, say, scene } from './support/scene.mjs';

scene('a day is named by the calendar, also where clocks change and where a year ends', async (s) => {
  const page = await s.stranger({ timezoneId: 'America/New_York' });
  const found = await page.evaluate(async () => {
    const { day_in_words, left_of_day } = await import('/js/days.js');
    /** @param {string} at @param {string} now */
    const words = (at, now) => day_in_words(new Date(at).getTime(), new Date(now).getTime()).replace(',', '');
    return {
      same: words('2026-07-01T00:00', '2026-07-01T23:59:59'),
      before: words('2026-06-30T23:59:59', '2026-07-01T00:00'),
      // 23 hours long is 8 March, 25 hours 1 November.
      after_the_short_day: [words('2026-03-08T12:00', '2026-03-09T00:30'), words('2026-03-07T23:45', '2026-03-09T00:30')],
      in_the_long_day: [words('2026-11-01T00:15', '2026-11-01T23:30'), words('2026-10-31T12:00', '2026-11-01T23:30')],
      this_year: words('2026-03-07T12:00', '2026-11-01T12:00'),
      last_year: words('2025-12-30T12:00', '2026-01-01T12:00'),
      left: ['2026-07-01T23:00', '2026-03-08T00:00', '2026-11-01T00:00'].map((now) => left_of_day(new Date(now).getTime()) / 3_600_000),
    };
  });
  assert.deepEqual(found, {
    same: 'Today', before: 'Yesterday',
    after_the_short_day: ['Yesterday', 'Saturday 7 March'],
    in_the_long_day: ['Today', 'Yesterday'],
    this_year: 'Saturday 7 March',
    last_year: 'Tuesday 30 December 2025',
    left: [1, 23, 25],
  });
});

scene('in a tab that stays open over midnight, Today becomes Yesterday', async (s) => {
  const ada = await s.guest('ada');
  await ada.clock.install({ time: Date.now() });
  await ada.reload();
  await say(ada, 'good night');
  await message(ada, 'good night').waitFor();
  await ada.locator('#log .day').getByText('Today', { exact: true }).waitFor();
  await ada.clock.fastForward('24:00:00');
  await ada.locator('#log .day').getByText('Yesterday', { exact: true }).waitFor();
});

scene('what was done in a room stands under the rule of its own day', async (s) => {
  const ada = await s.guest('ada');
  const lines = await ada.evaluate(async () => {
    const { create_store } = await import('/js/store.js');
    const { create_log_view } = await import('/js/log_view.js');
    const { new_room, apply_joined } = await import('/js/room.js');
    const store = create_store();
    const room = new_room('lobby');
    const today = new Date().setHours(12, 0, 0, 0);
    const yesterday = today - 24 * 3_600_000;
    apply_joined(room, { type: 'joined', room: 'lobby', epoch: 'x', seq: 4, count: 1, members: [], messages: [
      { type: 'room', seq: 1, by: 'ada', at: yesterday, topic: 'tea' }, { seq: 2, from: 'ada', text: 'hot', at: yesterday },
      { type: 'room', seq: 3, by: 'ada', at: today, topic: 'cake' }, { seq: 4, from: 'ada', text: 'sweet', at: today },
    ] });
    const view = create_log_view(store, { connection: { send() {} }, load_gap() {} });
    const show = () => [...document.querySelectorAll('#log .rule span, #log .words')].map(({ textContent }) => textContent);
    view.draw(room.entries);
    const all = show();
    // What goes at the front takes its day along, and what is left has one.
    view.draw(room.entries.slice(1));
    const without_first = show();
    view.draw(room.entries.slice(2));
    return { all, without_first, without_two: show() };
  });
  assert.deepEqual(lines, {
    all: ['Yesterday', 'ada set the topic: tea', 'hot', 'Today', 'ada set the topic: cake', 'sweet'],
    without_first: ['Yesterday', 'hot', 'Today', 'ada set the topic: cake', 'sweet'],
    without_two: ['Today', 'ada set the topic: cake', 'sweet'],
  });
});
