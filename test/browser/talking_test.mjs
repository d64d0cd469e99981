// People register, meet and talk.

import assert from 'node:assert/strict';
import { composer, conversation, inside, log_in, message, pending, said, say, scene } from './support/scene.mjs';

const no_pace = { limits: { message_interval: '0', flood: 'off', frame_rate: 'off' } };

scene('two people register, talk, and see what the other says', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('Grace_H');
  await ada.locator('#people-number').getByText('2', { exact: true }).waitFor();
  await say(ada, 'Hello, is anybody here?');
  await message(grace, 'Hello, is anybody here?').waitFor();
  await say(grace, 'I am 👋');
  await conversation(ada, ['Hello, is anybody here?', 'I am 👋']);
  await conversation(grace, ['Hello, is anybody here?', 'I am 👋']);
  assert.equal(await grace.locator('#log .group', { hasText: 'ada' }).locator('.name').textContent(), 'ada');
});

scene('who has registered before logs in, is greeted by what was said, and stays logged in over a reload', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'Remember this');
  await message(ada, 'Remember this').waitFor();
  await ada.context().clearCookies();
  await ada.reload();
  await log_in(ada, 'ADA');
  await inside(ada);
  await message(ada, 'Remember this').waitFor();
  await ada.reload();
  await inside(ada);
  await conversation(ada, ['Remember this']);
});

scene('the room says who comes and who goes', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  const names = ada.locator('#people-list .name');
  await names.getByText('grace').waitFor();
  assert.deepEqual(await names.allTextContents(), ['ada', 'grace']);
  await grace.getByRole('button', { name: 'Leave' }).click();
  await names.getByText('grace').waitFor({ state: 'detached' });
  assert.equal(await ada.locator('#people-number').textContent(), '1');
});

scene('one’s own words are marked as one’s own, and consecutive ones share one name', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  for (const text of ['one', 'two', 'three']) {
    await say(ada, text);
    await message(grace, text).waitFor();
  }
  await conversation(ada, ['one', 'two', 'three']);
  assert.equal(await ada.locator('#log .group').count(), 1);
  assert.equal(await ada.locator('#log .group.own').count(), 1);
  assert.equal(await ada.locator('#log .you').isVisible(), true);
  assert.equal(await grace.locator('#log .group.own').count(), 0);
}, no_pace);

scene('what looks like markup is shown as it was typed', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  const texts = ['<img src=x onerror=document.title=1>', '&lt;b&gt; "quotes" \'and\' `ticks`', '<script>alert(1)</script>'];
  for (const text of texts) {
    await say(ada, text);
    await message(grace, text).waitFor();
  }
  await conversation(grace, texts);
  assert.equal(await grace.locator('#log img, #log script, #log b').count(), 0);
  assert.notEqual(await grace.title(), '1');
}, no_pace);

scene('Enter sends, an empty message does not go, and the field keeps the focus', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, '   ');
  assert.equal(await ada.locator('#send').getAttribute('aria-disabled'), 'true');
  await say(ada, '  trimmed at both ends  ');
  await conversation(ada, ['trimmed at both ends']);
  assert.equal(await ada.evaluate(() => document.activeElement?.id), 'text');
  assert.equal(await composer(ada).inputValue(), '');
}, no_pace);

scene('an Enter that picks a candidate of an input method does not send', async (s) => {
  const ada = await s.guest('ada');
  await composer(ada).fill('にほん');
  // The first is what most browsers tell, the second what Safari does.
  for (const told of [{ isComposing: true, keyCode: 229 }, { isComposing: false, keyCode: 229 }])
    await composer(ada).evaluate((field, how) => {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...how }));
    }, told);
  assert.equal(await composer(ada).inputValue(), 'にほん');
  await composer(ada).press('Enter');
  await conversation(ada, ['にほん']);
}, no_pace);

scene('a page that is not looked at counts what it misses in its title', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  await say(grace, 'before');
  await message(ada, 'before').waitFor();
  // Headless Chromium never hides a page, so the page is told that it is hidden.
  await ada.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await say(grace, 'psst');
  await ada.waitForFunction(() => document.title === '(1) lobby · Parley');
  assert.equal(await ada.locator('#favicon').getAttribute('href'), '/favicon-unread.svg');
  await ada.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: false, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await ada.waitForFunction(() => document.title === 'lobby · Parley');
}, no_pace);

/** Many messages at once, past the page's own pace. @param {import('playwright-core').Page} page @param {number} from */
function burst(page, from, count) {
  return page.evaluate(([first, many]) => new Promise((done, failed) => {
    const socket = new WebSocket(`wss://${location.host}/ws`, 'parley.v1');
    let acknowledged = 0;
    socket.onclose = ({ code }) => failed(new Error(`closed with ${code}`));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === 'welcome') socket.send(JSON.stringify({ type: 'join', room: 'lobby' }));
      if (frame.type === 'joined')
        for (let i = first; i < first + many; ++i)
          socket.send(JSON.stringify({ type: 'message', room: 'lobby', text: `burst ${i}`, id: `burst-${i}` }));
      if (frame.type === 'error') failed(new Error(data));
      if (frame.type !== 'ack' || ++acknowledged < many) return;
      socket.onclose = null;
      socket.close();
      done();
    };
  }), [from, count]);
}

scene('a burst of a hundred messages arrives complete and in order', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  await burst(grace, 0, 100);
  const wanted = Array.from({ length: 100 }, (_, i) => `burst ${i}`);
  await conversation(ada, wanted);
  await conversation(grace, wanted);
}, no_pace);

scene('the document never holds more than five hundred messages', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  await ada.evaluate(() => {
    const log = document.getElementById('log');
    window.most = 0;
    new MutationObserver(() => {
      window.most = Math.max(window.most, log.querySelectorAll('.message').length);
    }).observe(log, { childList: true, subtree: true });
  });
  for (let from = 0; from < 700; from += 100) await burst(grace, from, 100);
  await message(ada, 'burst 699').waitFor();
  const texts = await said(ada);
  assert.equal(texts.length, 500);
  assert.equal(texts[0], 'burst 200');
  assert.equal(await ada.evaluate(() => window.most), 500);
}, no_pace);

scene('who has scrolled up is not moved, and told how many are new', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  await burst(grace, 0, 60);
  await message(ada, 'burst 59').waitFor();
  const scroller = ada.locator('#scroller');
  const where = () => scroller.evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));
  assert.equal(await where(), 0);
  await scroller.evaluate((box) => {
    box.scrollTop = 100;
    return new Promise((done) => box.addEventListener('scroll', done, { once: true }));
  });
  await burst(grace, 60, 4);
  await ada.getByRole('button', { name: '4 new' }).waitFor();
  assert.equal(await scroller.evaluate((box) => box.scrollTop), 100);
  await ada.getByRole('button', { name: '4 new' }).click();
  await ada.locator('#pill').waitFor({ state: 'hidden' });
  assert.equal(await where(), 0);
}, no_pace);

scene('a user with two tabs is one person, and sees in both what was said in one', async (s) => {
  const ada = await s.guest('ada');
  const other = await s.another_tab(ada);
  await inside(other);
  assert.deepEqual(await other.locator('#people-list .name').allTextContents(), ['ada']);
  await say(ada, 'said once');
  await conversation(other, ['said once']);
  await conversation(ada, ['said once']);
  assert.equal(await pending(ada, 'said once').count(), 0);
});
