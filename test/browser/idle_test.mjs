// Silence: a warning, ways to stay, and what happens to those who do not.

import assert from 'node:assert/strict';
import { look } from './support/look.mjs';
import { composer, conversation, inside, message, password, say, scene } from './support/scene.mjs';

// Long enough between warning and kick for a busy machine to react in.
const short = { idle: { warn_after: '1s', kick_after: '20s' } };
const shortest = { idle: { warn_after: '1s', kick_after: '2500ms' } };

/** @param {import('playwright-core').Page} page */
const bar = (page) => page.getByRole('alertdialog', { name: 'Still there?' });

scene('who is silent is warned with the seconds running down, and stays with one button', async (s) => {
  const ada = await s.guest('ada');
  await bar(ada).waitFor();
  assert.match(await ada.locator('#staying-words').textContent(), /\d+ s/);
  await ada.getByRole('button', { name: 'I’m here' }).press('Enter');
  await bar(ada).waitFor({ state: 'hidden' });
  assert.equal(await ada.evaluate(() => document.activeElement?.id), 'text');
  // The clock has started again: there is a next warning.
  await bar(ada).waitFor();
}, short);

scene('a movement of the mouse calls the warning off, in every tab', async (s) => {
  const ada = await s.guest('ada');
  const other = await s.another_tab(ada);
  await inside(other);
  await bar(ada).waitFor();
  await bar(other).waitFor();
  await ada.mouse.move(300, 300);
  await ada.mouse.move(310, 320);
  await bar(ada).waitFor({ state: 'hidden' });
  await bar(other).waitFor({ state: 'hidden' });
}, short);

scene('a key calls the warning off and is not lost', async (s) => {
  const ada = await s.guest('ada');
  await bar(ada).waitFor();
  await ada.keyboard.type('h');
  await bar(ada).waitFor({ state: 'hidden' });
  assert.equal(await composer(ada).inputValue(), 'h');
}, short);

scene('who goes on typing is never warned', async (s) => {
  const ada = await s.guest('ada');
  await ada.evaluate(() => {
    window.warned = false;
    new MutationObserver(() => {
      window.warned ||= !document.getElementById('staying').hidden;
    }).observe(document.getElementById('staying'), { attributes: true });
  });
  // Four times the time after which one is warned, by the page's own clock.
  await ada.evaluate(() => new Promise((done) => {
    const until = performance.now() + 8000;
    const type = setInterval(() => {
      document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift', bubbles: true }));
      if (performance.now() < until) return;
      clearInterval(type);
      done();
    }, 100);
  }));
  assert.equal(await ada.evaluate(() => window.warned), false);
}, { idle: { warn_after: '2s', kick_after: '20s' } });

scene('who stays silent is back at log-in, which says why, has the name, and keeps the draft', async (s) => {
  const ada = await s.guest('ada');
  await composer(ada).fill('I was about to say');
  await ada.locator('#entry').waitFor();
  assert.match(await ada.locator('#entry-notice').textContent(), /quiet for 3 s/);
  assert.equal(await ada.locator('#username').inputValue(), 'ada');
  assert.equal(await ada.evaluate(() => document.activeElement?.id), 'password');
  await ada.reload();  // the log-in session is over on the server too
  await ada.locator('#entry').waitFor();
  await ada.locator('#username').fill('ada');
  await ada.locator('#password').fill(password);
  await ada.keyboard.press('Enter');
  await inside(ada);
  assert.equal(await composer(ada).inputValue(), 'I was about to say');
}, shortest);

scene('the room sees the silent one go', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  await grace.evaluate(() => setInterval(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift' })), 200));
  await ada.locator('#entry').waitFor();
  await grace.locator('#people-list .name').getByText('ada').waitFor({ state: 'detached' });
  assert.equal(await grace.locator('#chat').isVisible(), true);
}, shortest);

scene('where only messages count, the bar offers one and the mouse does not help', async (s) => {
  const ada = await s.guest('ada');
  const dialog = ada.getByRole('alertdialog', { name: 'So quiet?' });
  await dialog.waitFor();
  await ada.mouse.move(300, 300);
  await ada.mouse.move(310, 320);
  assert.equal(await dialog.isVisible(), true);
  await ada.getByRole('button', { name: 'Wave' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await conversation(ada, ['👋']);
  await dialog.waitFor();
  await say(ada, 'a message does it as well');
  await dialog.waitFor({ state: 'hidden' });
  await message(ada, 'a message does it as well').waitFor();
}, { idle: { warn_after: '1500ms', kick_after: '20s', activity: 'message' } });

scene('text that comes without keys, and a click that comes without a pointer, call the warning off', async (s) => {
  const ada = await s.guest('ada');
  for (const type of ['input', 'click']) {
    await bar(ada).waitFor();
    // Dictation and an emoji panel bring no keys; a screen reader's or a switch's click brings no pointer.
    await ada.evaluate((name) => document.getElementById('text').dispatchEvent(new Event(name, { bubbles: true })), type);
    await bar(ada).waitFor({ state: 'hidden' });
  }
}, short);

scene('over an open dialog or sheet the warning can be seen, heard and answered', async (s) => {
  const ada = await s.guest('ada', { viewport: { width: 390, height: 844 } });
  for (const [opener, place] of [['#search-button', '#search'], ['#people-button', '#people'], ['#rooms-button', '#rooms']]) {
    await ada.locator(opener).click();
    await bar(ada).waitFor();
    const button = ada.locator(place).getByRole('button', { name: 'I’m here' });
    assert.match(await ada.locator(`${place} [role="alert"]`).textContent(), /You will be logged out/);
    await look(ada, `warned-in-${place.slice(1)}`, async (page) => {
      if (!(await page.locator(place).isVisible())) await page.locator(opener).click();
    });
    await ada.setViewportSize({ width: 390, height: 844 });
    if (!(await ada.locator(`${place}:modal, ${place}:popover-open`).count())) await ada.locator(opener).click();
    await bar(ada).waitFor();
    await button.press('Enter');
    await bar(ada).waitFor({ state: 'hidden' });
    const focus_in = place === '#people' ? '#composer' : place;  // nobody else is there whose name could have the focus
    assert.ok(await ada.evaluate((id) => document.querySelector(id).contains(document.activeElement), focus_in), place);
    await bar(ada).waitFor();
    await ada.keyboard.press('Escape');
    await ada.keyboard.press('Escape');
    await ada.locator(`${place}:modal, ${place}:popover-open`).waitFor({ state: 'detached' });
    await bar(ada).waitFor();
    assert.equal(await ada.locator('#list > #staying').count(), 1);
  }
}, { idle: { warn_after: '1s', kick_after: '60s' } });

scene('the warning is spoken once and does not take the focus', async (s) => {
  const ada = await s.guest('ada');
  await ada.evaluate(() => {
    window.spoken = [];
    new MutationObserver((changes) => {
      for (const { target } of changes) if (target.textContent) window.spoken.push(target.textContent);
    }).observe(document.getElementById('staying-text'), { childList: true, characterData: true, subtree: true });
  });
  await bar(ada).waitFor();
  const seconds = await ada.locator('#staying-words').textContent();
  await ada.waitForFunction((before) => document.getElementById('staying-words').textContent !== before, seconds);
  assert.equal((await ada.evaluate(() => window.spoken)).length, 1);
  assert.equal(await ada.evaluate(() => document.activeElement?.id), 'text');
}, { idle: { warn_after: '8s', kick_after: '60s' } });
