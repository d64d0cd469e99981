// What a message looks like, whoever wrote it and whatever is in it.

import assert from 'node:assert/strict';
import { message, say, scene } from './support/scene.mjs';

const fast = { limits: { message_interval: '0s' } };

scene('a message that names me stays one line, and only the sheets of the conversation dress it', async (s) => {
  const ada = await s.guest('ada');
  const bob = await s.guest('bob');
  for (const text of ['come here bob please', 'come here @bob please']) {
    await say(ada, text);
    await message(bob, text).waitFor();
  }
  const [plain, named] = await bob.locator('#log .message').evaluateAll((all) => all.map(({ offsetHeight }) => offsetHeight));
  assert.equal(named, plain);
  const strangers = await bob.evaluate(() => {
    const dressed = [...document.querySelectorAll('#log *, #waiting *')];
    /** @param {CSSRuleList} rules @returns {string[]} */
    const selectors = (rules) => [...rules].flatMap((rule) => [
      ...(rule instanceof CSSStyleRule && dressed.some((one) => one.matches(rule.selectorText.replace(/::[\w-]+/g, ''))) ? [rule.selectorText] : []),
      ...(rule instanceof CSSStyleRule || !('cssRules' in rule) ? [] : selectors(rule.cssRules)),
    ]);
    return [...document.styleSheets].filter(({ href }) => !/(base|messages)\.css$/.test(href ?? ''))
      .flatMap(({ href, cssRules }) => selectors(cssRules).map((selector) => `${href}: ${selector}`));
  });
  assert.deepEqual(strangers, []);
}, fast);

scene('a name that ends in a dot or a dash is named, and a sentence may end behind a name', async (s) => {
  const page = await s.stranger();
  const found = await page.evaluate(async () => {
    const { is_named, write_text } = await import('/js/mentions.js');
    const long = 'a'.repeat(32);
    /** @param {string} text @param {string} user @param {string[]} [here] */
    const marks = (text, user, here = []) => {
      const target = document.createElement('p');
      write_text(target, text, user, (name) => here.includes(name));
      if (target.textContent !== text) throw new Error(target.textContent);
      return [...target.querySelectorAll('.mention')].map((mark) => mark.textContent + (mark.matches('.me') ? '!' : '')).join(' ');
    };
    return {
      bob_dot: ['@bob.', 'ask @Bob., please', '@bob...', '@bob', 'me@bob.', '@bob.by'].map((text) => is_named(text, 'bob.')),
      bob: ['@bob.', '@bob...', '(@bob)', '@bob.by', '@@bob', '@bobby'].map((text) => is_named(text, 'bob')),
      ida_dash: ['@ida-', '@ida--', '@ida'].map((text) => is_named(text, 'ida-')),
      dots: ['@...', '@.. .'].map((text) => is_named(text, '...')),
      long: [`@${long}`, `@${long}.`, `@${long}a`].map((text) => is_named(text, long)),
      mine: marks('@bob. @bob', 'bob.'),
      known: marks('@bob. @ida- @eve.', 'ada', ['bob.', 'ida-']),
      unknown: marks('@bob. @... @ab @ida--', 'ada'),
      too_long: marks(`@${long}a`, 'ada'),
    };
  });
  assert.deepEqual(found, {
    bob_dot: [true, true, true, false, false, false],
    bob: [true, true, true, false, false, false],
    ida_dash: [true, true, false],
    dots: [true, false],
    long: [true, true, false],
    mine: '@bob.! @bob',
    known: '@bob. @ida- @eve',
    unknown: '@bob @ida',
    too_long: '',
  });
});

scene('however many marks are stacked on a letter, a message paints in its own box', async (s) => {
  const ada = await s.guest('ada');
  for (const text of ['one', 'two', 'three', 'four', 'I']) await say(ada, text);
  await message(ada, 'I').waitFor();
  const top = await message(ada, 'one').boundingBox();
  const last = await ada.locator('#log .message').last().boundingBox();
  const clip = { x: last.x, y: top.y, width: last.width, height: last.y - top.y };
  const before = await ada.screenshot({ clip });
  await message(ada, 'I').evaluate((words, marks) => words.append(marks), '\u0301'.repeat(49));
  assert.ok(before.equals(await ada.screenshot({ clip })));
  await ada.screenshot({ path: new URL('results/stacked-marks.png', import.meta.url).pathname });
}, fast);
