// The end of a log-in: who is not known any more is told so, and who leaves leaves nothing behind.

import assert from 'node:assert/strict';
import { flaky } from './support/network.mjs';
import { composer, fill_in, inside, message, password, register, say, scene } from './support/scene.mjs';

scene('who has no cookie any more is asked to log in, and is not left waiting', async (s) => {
  const ada = await s.guest('ada');
  const network = await flaky(ada);
  await ada.reload();
  await inside(ada);
  await composer(ada).fill('half a thought');
  await network.cut();
  await ada.context().clearCookies();
  network.mend();
  await ada.locator('#entry').waitFor();
  assert.match(await ada.locator('#entry-notice').textContent(), /log in again/);
  assert.equal(await ada.locator('#username').inputValue(), 'ada');
  assert.equal(await ada.locator('#chat').isVisible(), false);
  await fill_in(ada, 'ada', password);
  await inside(ada);
  assert.equal(await composer(ada).inputValue(), 'half a thought');
});

scene('who leaves leaves nothing behind: no form, no dialog, no memory', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'my secret is swordfish');
  await message(ada, 'my secret is swordfish').waitFor();
  await ada.getByRole('button', { name: 'Search' }).click();
  await ada.getByLabel('Words that were said').fill('swordfish');
  await ada.locator('#search-list li').waitFor();
  await ada.keyboard.press('Escape');
  await ada.keyboard.press('Escape');
  await ada.locator('#finder-button').click();
  await ada.getByLabel('Room’s name').fill('my-den');
  await ada.getByRole('button', { name: 'Close' }).first().click();
  await composer(ada).fill('do not read this');
  await ada.evaluate(() => {
    window.memory = true;
  });
  await ada.getByRole('button', { name: 'Leave' }).click();
  await ada.getByText('You have left').waitFor();
  assert.equal(await ada.evaluate(() => window.memory), undefined);
  const left = await ada.evaluate(() => ({
    fields: [...document.querySelectorAll('input, textarea')].map(({ value }) => value).filter((value) => value && value !== 'on'),
    text: document.documentElement.textContent.match(/swordfish|my-den|ada\b/)?.[0],
    kept: Object.entries(sessionStorage),
  }));
  assert.deepEqual(left, { fields: [], text: undefined, kept: [] });
  await ada.goBack();
  await ada.goForward();
  await ada.locator('#entry').waitFor();
});

scene('a tab without a connection hears that one has left in another', async (s) => {
  const ada = await s.guest('ada');
  const other = await s.another_tab(ada);
  const network = await flaky(other);
  await other.reload();
  await inside(other);
  await composer(other).fill('do not read this');
  await network.cut();
  await ada.getByRole('button', { name: 'Leave' }).click();
  await other.getByText('You left the chat in another tab').waitFor();
  assert.equal(await other.locator('#username').inputValue(), '');
  assert.deepEqual(await other.evaluate(() => Object.keys(sessionStorage)), []);
});

scene('who logs in after somebody else was sent away finds nothing of theirs', async (s) => {
  const page = await s.guest('ada');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByLabel('Words that were said').fill('swordfish');
  await page.locator('#entry').waitFor();
  await register(page, 'grace');
  await inside(page);
  await page.getByRole('button', { name: 'Search' }).click();
  assert.equal(await page.getByLabel('Words that were said').inputValue(), '');
}, { idle: { warn_after: '2s', kick_after: '4s' } });
