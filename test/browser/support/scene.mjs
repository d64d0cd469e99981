// One test: a server, a browser, people in it; and everything is gone afterwards, whatever happened.

import { after, before, test } from 'node:test';
import { assert_no_faults, launch, somebody, visit } from './browser.mjs';
import { password, Server } from './server.mjs';

/** @typedef {import('playwright-core').Page} Page */

export { password };
const test_within_ms = 180_000;

/** @type {import('playwright-core').Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

export class Scene {
  #contexts = [];

  /** @param {Server} server */
  constructor(server) {
    this.server = server;
  }

  /** @param {import('playwright-core').BrowserContextOptions} [options] */
  async browser(options) {
    const context = await somebody(browser, options);
    this.#contexts.push(context);
    return context;
  }

  /** A first visit. @param {import('playwright-core').BrowserContextOptions} [options] @returns {Promise<Page>} */
  async stranger(options) {
    const page = await visit(await this.browser(options), this.server);
    await page.locator('#entry').waitFor();
    return page;
  }

  /** Another tab in the same browser. @param {Page} page */
  async another_tab(page) {
    return visit(page.context(), this.server);
  }

  /**
   * Somebody who has just registered, or an operator who has logged in, and is in the lobby.
   * @param {string} name
   * @param {import('playwright-core').BrowserContextOptions} [options]
   */
  async guest(name, options) {
    const page = await this.stranger(options);
    await (this.server.operators.includes(name) ? log_in(page, name) : register(page, name));
    await inside(page);
    return page;
  }

  async end() {
    for (const context of this.#contexts) await context.close();
  }
}

/**
 * @param {string} sentence
 * @param {(scene: Scene) => Promise<void>} body
 * @param {Record<string, Record<string, unknown>>} [config]
 */
export function scene(sentence, body, config) {
  test(sentence, { timeout: test_within_ms }, async (t) => {
    const server = await Server.start(config);
    const set = new Scene(server);
    try {
      await body(set);
      await set.end();
      assert_no_faults();
    } catch (error) {
      t.diagnostic(`the server's log ends with:\n${(await server.log()).split('\n').slice(-30).join('\n')}`);
      throw error;
    } finally {
      await set.end().catch(() => {});
      await server.remove();
    }
  });
}

// --- what people do ---

/** @param {Page} page @param {string} name @param {string} [secret] */
export async function register(page, name, secret = password) {
  await page.locator('#to-register').click();
  await page.locator('#to-register[aria-current="page"]').waitFor();
  await fill_in(page, name, secret);
}

/** @param {Page} page @param {string} name @param {string} [secret] */
export async function log_in(page, name, secret = password) {
  await page.locator('#to-login').click();
  await page.locator('#to-login[aria-current="page"]').waitFor();
  await fill_in(page, name, secret);
}

/** @param {Page} page @param {string} name @param {string} secret */
export async function fill_in(page, name, secret) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.keyboard.press('Enter');
}

/** In the room, and the room knows it. @param {Page} page */
export async function inside(page) {
  await page.locator('#chat').waitFor();
  await page.locator('#people-list li[data-self]').waitFor({ state: 'attached' });
}

/** @param {Page} page @param {string} text */
export async function say(page, text) {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

// --- what people see ---

/** @param {Page} page */
export const composer = (page) => page.locator('#text');

/** A message in the room's log, by its exact text. @param {Page} page @param {string} text */
export const message = (page, text) => page.locator('#log .words').and(page.getByText(text, { exact: true }));

/** One's own message that is not in the room yet. @param {Page} page @param {string} text */
export const pending = (page, text) => page.locator('#waiting .pending').filter({ hasText: text });

/** All that was said, as far as this page shows it. @param {Page} page @returns {Promise<string[]>} */
export const said = (page) => page.locator('#log .words').allTextContents();

/**
 * Waits until the page shows exactly this conversation.
 * @param {Page} page @param {string[]} texts
 */
export async function conversation(page, texts) {
  await page.waitForFunction((wanted) => {
    const shown = [...document.querySelectorAll('#log .words')].map((words) => words.textContent);
    return JSON.stringify(shown) === wanted;
  }, JSON.stringify(texts)).catch(async (error) => {
    throw new Error(`wanted ${JSON.stringify(texts)}, saw ${JSON.stringify(await said(page))}`, { cause: error });
  });
}
