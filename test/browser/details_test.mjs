// Small things that a picky user sees.

import assert from 'node:assert/strict';
import { look } from './support/look.mjs';
import { composer, fill_in, inside, message, register, say, scene } from './support/scene.mjs';

/** @param {import('playwright-core').Page} page @param {string} name @param {string} [topic] */
async function make_room(page, name, topic = '') {
  await page.locator('#finder-button').click();
  await page.getByLabel('Room’s name').fill(name);
  await page.getByLabel('Topic, if you like').fill(topic);
  await page.getByRole('button', { name: 'Make the room' }).click();
  await page.locator('#room-name').getByText(`# ${name}`, { exact: true }).waitFor();
}

scene('who is throttled sees one time run down, and hears it once', async (s) => {
  const page = await s.stranger();
  await page.locator('#to-login').click();
  for (let i = 0; i < 3; ++i) {
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/api/login'));
    await fill_in(page, 'ada', 'not the password');
    await answered;
  }
  await page.locator('#entry-wait').waitFor();
  const seen = await page.locator('#entry-form').evaluate((form) => {
    const hidden = [...form.querySelectorAll('.visually-hidden')].map((part) => part.textContent).join();
    return form.innerText.replace(hidden.trim(), '');
  });
  assert.equal(seen.match(/try again/gi)?.length, 1, seen);
  assert.match(await page.locator('#entry-alert').textContent(), /^Too many attempts\. Try again in \d+ s\.$/);
}, { auth: { attempts: '2 in 10m' } });

scene('the ring says the same number as the line below it', async (s) => {
  const ada = await s.guest('ada');
  for (const [length, ring] of [[51, '−1'], [149, '−99'], [172, '−122'], [1049, '−999'], [1550, '−1k']]) {
    await composer(ada).fill('x'.repeat(length));
    assert.equal(await ada.locator('#counter-left').textContent(), ring);
    assert.match(await ada.locator('#composer-hint').textContent(), new RegExp(`^${(length - 50).toLocaleString('en')} character`));
    const [text, box] = await ada.locator('#counter-left').evaluate((counter) => {
      const range = document.createRange();
      range.selectNodeContents(counter);
      return [range.getBoundingClientRect().width, counter.getBoundingClientRect().width];
    });
    assert.ok(text < box - (ring.length > 2 ? 0 : 6), `${ring} is ${text} px wide in ${box}`);
  }
  await composer(ada).fill('x'.repeat(172));
  await look(ada, 'far-too-long');
});

scene('a field that is wrong and has the focus has one border of one colour', async (s) => {
  const page = await s.stranger();
  await register(page, 'al');
  await page.locator('#username-error').waitFor();
  const colours = await page.locator('#username').evaluate((field) => {
    const { borderTopColor, outlineColor, boxShadow } = getComputedStyle(field);
    return { borderTopColor, outlineColor, boxShadow };
  });
  assert.equal(colours.outlineColor, colours.borderTopColor);
  assert.equal(colours.boxShadow, 'none');
});

scene('no placeholder is cut, whatever the width and the name of the room', async (s) => {
  const ada = await s.guest('ada', { viewport: { width: 1280, height: 800 } });
  await make_room(ada, 'a-room-whose-name-is-not-short');
  const seen = [];
  for (const [width, size] of [[1280, '100%'], [390, '100%'], [320, '100%'], [320, '200%']]) {
    await ada.setViewportSize({ width, height: 800 });
    await ada.evaluate((value) => {
      document.documentElement.style.fontSize = value;
    }, size);
    await ada.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const { words, needs, has } = await composer(ada).evaluate((field) => {
      const pen = document.createElement('canvas').getContext('2d');
      pen.font = getComputedStyle(field).font;
      return { words: field.placeholder, needs: pen.measureText(field.placeholder).width, has: field.clientWidth };
    });
    assert.ok(words && needs <= has, `${words} at ${width} px and ${size} takes ${needs} px of ${has}`);
    seen.push(words);
  }
  assert.equal(seen[0], 'Say something in a-room-whose-name-is-not-short');
  assert.equal(await ada.locator('#text-label').textContent(), seen[0]);
});

scene('the rooms stand in one order, before and after a reload', async (s) => {
  const bob = await s.guest('bob');
  const ada = await s.guest('ada');
  for (const name of ['zoo', 'attic', 'room-10', 'room-9']) await make_room(ada, name);
  await ada.locator('#room-list a').filter({ hasText: 'lobby' }).click();
  await ada.locator('#people-list button').filter({ hasText: 'bob' }).click();
  await ada.getByRole('button', { name: 'Talk alone' }).click();
  await ada.locator('#room-name').getByText('@ bob', { exact: true }).waitFor();
  await inside(ada);
  const order = ['# lobby', '# attic', '# room-9', '# room-10', '# zoo', '@ bob'];
  const labels = ada.locator('#room-list .room-label');
  assert.deepEqual(await labels.allTextContents(), order);
  await ada.reload();
  await inside(ada);
  await labels.nth(5).waitFor();
  assert.deepEqual(await labels.allTextContents(), order);
  await inside(bob);
});

scene('what is written from right to left is written from right to left', async (s) => {
  const ada = await s.guest('ada');
  await composer(ada).fill('שלום לכולם');
  for (const id of ['#text', '#mirror'])
    assert.equal(await ada.locator(id).evaluate((part) => getComputedStyle(part).direction), 'rtl', id);
  await look(ada, 'right-to-left');
  await composer(ada).fill('hello');
  assert.equal(await composer(ada).evaluate((part) => getComputedStyle(part).direction), 'ltr');
});

scene('the exact time is for who points at a message, and not read out with it', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'what time is it?');
  await message(ada, 'what time is it?').waitFor();
  assert.equal(await ada.locator('#log [title]').count(), 0);
  await message(ada, 'what time is it?').hover();
  assert.match(await ada.locator('#log .message').getAttribute('title'), /\d{1,2}:\d{2}:\d{2}/);
});

scene('every landmark has a name of its own', async (s) => {
  const ada = await s.guest('ada');
  assert.equal(await ada.getByRole('navigation', { name: 'Rooms' }).count(), 1);
  assert.equal(await ada.getByRole('complementary', { name: 'Rooms' }).count(), 0);
});
