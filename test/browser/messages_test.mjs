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
