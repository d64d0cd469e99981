// A close look at a state of the page: at both sizes, light and dark, a screenshot of each into results/, and axe-core
// has nothing to say about any of them.

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const results = fileURLToPath(new URL('../results/', import.meta.url));
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
await mkdir(results, { recursive: true });

const sizes = [{ width: 390, height: 844 }, { width: 1280, height: 800 }];
const schemes = /** @type {const} */ (['light', 'dark']);

/** @param {import('playwright-core').Page} page @param {string} state */
export async function assert_accessible(page, state) {
  // Through the debugger, because the page's own policy rightly lets no foreign script in.
  await page.evaluate(`window.axe || (() => { ${axe} })()`);
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, {
      rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
      resultTypes: ['violations'],
    });
    return found.violations.map(({ id, help, nodes }) => ({
      id, help, nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`),
    }));
  });
  assert.deepEqual(violations, [], state);
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} state the screenshot's name
 * @param {(page: import('playwright-core').Page) => Promise<void>} [each] once more before each picture
 */
export async function look(page, state, each = async () => {}) {
  for (const viewport of sizes) {
    for (const scheme of schemes) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme: scheme });
      await each(page);
      await settle(page);
      const name = `${state}-${viewport.width}-${scheme}`;
      await page.screenshot({ path: `${results}${name}.png` });
      await assert_accessible(page, name);
      assert.equal(await overflow(page), 0, `${name} scrolls sideways`);
    }
  }
}

/** Two frames, one for the layout and one for what was scheduled by it, and the end of what slides in. */
function settle(page) {
  return page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const sliding = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(sliding.map(({ finished }) => finished));
  });
}

/** By how many pixels the page is wider than its window. @param {import('playwright-core').Page} page */
export function overflow(page) {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}
