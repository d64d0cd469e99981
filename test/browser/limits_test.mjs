// The limits are visible before they hurt, and nothing typed is thrown away.

import assert from 'node:assert/strict';
import { refuse } from './support/network.mjs';
import { composer, conversation, inside, message, pending, say, scene } from './support/scene.mjs';

const fifty = 'x'.repeat(50);

/** @param {import('playwright-core').Page} page */
const counter = (page) => page.locator('#counter-left');

scene('the counter shows a number once ten characters are left', async (s) => {
  const ada = await s.guest('ada');
  await composer(ada).fill('x'.repeat(39));
  assert.equal(await counter(ada).textContent(), '');
  await composer(ada).fill('x'.repeat(40));
  assert.equal(await counter(ada).textContent(), '10');
  await composer(ada).fill(fifty);
  assert.equal(await counter(ada).textContent(), '0');
});

scene('fifty characters go out, fifty-one stay and the surplus is marked', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, `${fifty}yz`);
  assert.equal(await composer(ada).inputValue(), `${fifty}yz`);
  assert.equal(await ada.locator('#mirror mark').textContent(), 'yz');
  assert.equal(await counter(ada).textContent(), '−2');
  assert.match(await ada.locator('#composer-hint').textContent(), /2 characters too many/);
  assert.equal(await ada.locator('#send').getAttribute('aria-disabled'), 'true');
  assert.equal(await composer(ada).getAttribute('aria-invalid'), 'true');
  await ada.keyboard.press('Backspace');
  await ada.keyboard.press('Backspace');
  await ada.keyboard.press('Enter');
  await conversation(ada, [fifty]);
});

scene('page and server count the same: fifty emoji are fifty characters', async (s) => {
  const ada = await s.guest('ada');
  const emoji = '🎈'.repeat(50);
  await composer(ada).fill(`  ${emoji}  `);
  assert.equal(await counter(ada).textContent(), '0');
  await ada.keyboard.press('Enter');
  await conversation(ada, [emoji]);
});

scene('a long text that is pasted is kept whole, on one line', async (s) => {
  const ada = await s.guest('ada');
  await composer(ada).focus();
  await ada.evaluate((text) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    // What a browser does with a paste that nobody handles.
    document.execCommand('insertText', false, data.getData('text/plain'));
  }, `first line\nsecond\tline ${'and on '.repeat(20)}`);
  assert.equal(await composer(ada).inputValue(), `first line second line ${'and on '.repeat(20)}`);
  assert.match(await ada.locator('#composer-hint').textContent(), /characters too many/);
});

scene('a message typed too early waits in sight, and then goes out', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.guest('grace');
  await say(ada, 'first');
  await say(ada, 'second');
  await pending(ada, 'second').getByText(/goes out in \d\.\d s/).waitFor();
  assert.equal(await ada.locator('#send').getAttribute('data-cooling'), '');
  await conversation(grace, ['first', 'second']);
  await conversation(ada, ['first', 'second']);
  assert.equal(await ada.locator('#waiting .pending').count(), 0);
}, { limits: { message_interval: '5s' } });

scene('what another tab has said counts: the server names the time, and the message goes out then', async (s) => {
  const ada = await s.guest('ada');
  const other = await s.another_tab(ada);
  await inside(other);
  await say(ada, 'from the first tab');
  await message(other, 'from the first tab').waitFor();
  await say(other, 'from the second tab');
  await pending(other, 'from the second tab').getByText(/goes out in/).waitFor();
  await conversation(ada, ['from the first tab', 'from the second tab']);
  await conversation(other, ['from the first tab', 'from the second tab']);
}, { limits: { message_interval: '10s' } });

scene('messages that wait are bounded, and the one too many stays where it was typed', async (s) => {
  const ada = await s.guest('ada');
  await say(ada, 'at once');
  await message(ada, 'at once').waitFor();
  for (let i = 1; i <= 10; ++i) await say(ada, `waiting ${i}`);
  await say(ada, 'one too many');
  assert.equal(await composer(ada).inputValue(), 'one too many');
  assert.equal(await ada.locator('#waiting .pending').count(), 10);
  assert.match(await ada.locator('#composer-hint').textContent(), /10 messages are waiting already/);
}, { limits: { message_interval: '1h' } });

scene('a refused message says why, and can be edited', async (s) => {
  const ada = await s.guest('ada');
  await refuse(ada, 'swearing');
  await ada.reload();
  await inside(ada);
  await say(ada, 'enough of this swearing');
  const refused = pending(ada, 'swearing');
  await refused.getByRole('button', { name: 'Edit' }).waitFor();
  assert.equal(await refused.locator('.note').textContent(), 'A message has no swearing.');
  await composer(ada).fill('half a thought');
  await refused.getByRole('button', { name: 'Edit' }).click();
  assert.equal(await composer(ada).inputValue(), 'enough of this swearing half a thought');
  await refused.waitFor({ state: 'detached' });
  assert.equal(await ada.evaluate(() => document.activeElement?.id), 'text');
  await say(ada, 'enough of this');
  await conversation(ada, ['enough of this']);
});

scene('a refused message can be discarded, and does not hold up the next', async (s) => {
  const ada = await s.guest('ada');
  await refuse(ada, 'swearing');
  await ada.reload();
  await inside(ada);
  await say(ada, 'swearing');
  await say(ada, 'good');
  await conversation(ada, ['good']);
  await pending(ada, 'swearing').getByRole('button', { name: 'Discard' }).click();
  await ada.locator('#waiting .pending').waitFor({ state: 'detached' });
});

scene('without a pace there is no cool-down, and other limits are the operator’s', async (s) => {
  const ada = await s.guest('ada');
  assert.equal(await counter(ada).textContent(), '');
  const long = 'word '.repeat(60).trim();
  await say(ada, long);
  await say(ada, 'and at once another');
  await conversation(ada, [long, 'and at once another']);
  assert.equal(await ada.locator('#send').getAttribute('data-cooling'), null);
}, { limits: { message_length: 1000, message_interval: '0' } });

scene('a draft survives a reload', async (s) => {
  const ada = await s.guest('ada');
  await composer(ada).fill('not yet said');
  await ada.reload();
  await inside(ada);
  assert.equal(await composer(ada).inputValue(), 'not yet said');
});

scene('a full room says so, and lets one in when there is a seat', async (s) => {
  const ada = await s.guest('ada');
  const grace = await s.stranger();
  await grace.locator('#to-register').click();
  await grace.getByLabel('Name', { exact: true }).fill('grace');
  await grace.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await grace.keyboard.press('Enter');
  await grace.getByText('There is no seat left').waitFor();
  await ada.getByRole('button', { name: 'Leave' }).click();
  await ada.locator('#entry').waitFor();
  await grace.getByRole('button', { name: 'Knock again' }).click();
  await inside(grace);
  await grace.getByText('There is no seat left').waitFor({ state: 'hidden' });
}, { rooms: { capacity: 1 } });
