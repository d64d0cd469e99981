// Debian's Chromium without a window, pages in it, and a watch over each page: no script error, no word on the console, no violation of
// the content security policy, no request to another host.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const expected_noise = [
  // Chromium's own remark about an answer of 401 or 409, or about a server that is being restarted.
  /^Failed to load resource: (the server responded with a status of 4\d\d|net::ERR_(FAILED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|CONNECTION_CLOSED|SOCKET_NOT_CONNECTED|NETWORK_CHANGED))/,
  /^WebSocket connection to '[^']*' failed: /,
];

export function launch() {
  return chromium.launch({
    executablePath: process.env.PARLEY_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    headless: true,
    args: [
      '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
      // Without this every connection is made twice: once to find the certificate self-signed, once to go on all the same.
      '--ignore-certificate-errors', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}

/**
 * Somebody's browser: a context of its own, so cookies of its own.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function somebody(browser, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options,
  });
  context.setDefaultTimeout(30_000);
  return context;
}

/**
 * A page of theirs on the server, watched.
 * @param {import('playwright-core').BrowserContext} context
 * @param {import('./server.mjs').Server} server
 */
export async function visit(context, server) {
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`script error: ${error.stack ?? error}`));
  page.on('console', (message) => {
    if (!expected_noise.some((noise) => noise.test(message.text()))) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/`)) faults.push(`request to ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`content security policy: ${violatedDirective} ${blockedURI}`));
  });
  watched.set(page, faults);
  await page.goto(server.url);
  return page;
}

/** @type {Map<import('playwright-core').Page, string[]>} */
const watched = new Map();

/** Fails where any page visited so far has had something to complain about. */
export function assert_no_faults() {
  const found = [...watched.values()].flat();
  watched.clear();
  assert.deepEqual(found, []);
}
