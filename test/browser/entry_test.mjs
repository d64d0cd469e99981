// Registering and logging in, and every way it can go wrong.

import assert from 'node:assert/strict';
import { fill_in, inside, log_in, password, register, scene } from './support/scene.mjs';

/** @param {import('playwright-core').Page} page @param {string} field */
async function error_by(page, field) {
  const line = page.locator(`#${field}-error`);
  await line.waitFor();
  const input = page.locator(`#${field}`);
  assert.equal(await input.getAttribute('aria-invalid'), 'true');
  assert.match(await input.getAttribute('aria-describedby'), new RegExp(`${field}-error`));
  assert.equal(await page.evaluate(() => document.activeElement?.id), field);
  return line.textContent();
}

scene('a first visit starts with registering, a later one with logging in', async (s) => {
  const ada = await s.stranger();
  assert.equal(await ada.locator('#to-register').getAttribute('aria-current'), 'page');
  await register(ada, 'ada');
  await inside(ada);
  await ada.context().clearCookies();
  await ada.reload();
  await ada.locator('#entry').waitFor();
  assert.equal(await ada.locator('#to-login').getAttribute('aria-current'), 'page');
});

scene('the log-in view says what the limits are', async (s) => {
  const page = await s.stranger();
  assert.equal(await page.locator('#entry-limits').textContent(),
    'A small room for short remarks: up to 50 characters, one a second. Be away for 30 s and you are shown out.');
}, { idle: { warn_after: '20s', kick_after: '30s' } });

scene('a name that is taken is said beside the name, in whatever case it is typed', async (s) => {
  await s.guest('Ada');
  const page = await s.stranger();
  await register(page, 'ADA');
  assert.match(await error_by(page, 'username'), /taken/);
  await fill_in(page, 'ada2', password);
  await inside(page);
});

scene('a name that cannot be one is said beside the name before the server is asked', async (s) => {
  const page = await s.stranger();
  let asked = 0;
  page.on('request', (request) => asked += request.url().endsWith('/api/register') ? 1 : 0);
  for (const name of ['al', 'x'.repeat(33), 'two words', 'grüße', '']) {
    await register(page, name);
    assert.match(await error_by(page, 'username'), /\S/);
  }
  assert.equal(asked, 0);
});

scene('a password that is too short, too common or the name itself is said beside the password', async (s) => {
  const page = await s.stranger();
  for (const [name, secret] of [['ada', 'seven77'], ['ada', 'password1'], ['ada.lovelace', 'Ada.Lovelace']]) {
    await register(page, name, secret);
    assert.match(await error_by(page, 'password'), /\S/);
    assert.equal(await page.locator('#username').inputValue(), name);
  }
  await register(page, 'ada', 'pässwörter 🔑');
  await inside(page);
});

scene('a wrong password and an unknown name get the same answer, and the name stays filled in', async (s) => {
  await s.guest('ada');
  const page = await s.stranger();
  await log_in(page, 'ada', 'not the password');
  const first = await page.locator('#entry-alert .form-error').textContent();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'password');
  assert.equal(await page.locator('#username').inputValue(), 'ada');
  await log_in(page, 'nobody', 'not the password');
  await page.locator('#entry-submit[aria-disabled="false"]').waitFor();
  assert.equal(await page.locator('#entry-alert .form-error').textContent(), first);
  await log_in(page, 'ada');
  await inside(page);
});

scene('too many attempts make one wait, with the seconds running down, and then it works', async (s) => {
  await s.guest('ada');
  const page = await s.stranger();
  for (let i = 0; i < 3; ++i) {
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/api/login'));
    await log_in(page, 'ada', 'not the password');
    await answered;
  }
  await page.getByText(/You can try again in \d+ s/).waitFor();
  assert.equal(await page.locator('#entry-submit').getAttribute('aria-disabled'), 'true');
  await page.locator('#entry-submit[aria-disabled="false"]').waitFor();
  await page.locator('#entry-wait').waitFor({ state: 'hidden' });
  await log_in(page, 'ada');
  await inside(page);
}, { auth: { attempts: '2 in 10s' } });

scene('where registration is closed there is no way to it', async (s) => {
  const page = await s.stranger();
  assert.equal(await page.locator('#to-register').isVisible(), false);
  await page.goto(`${s.server.url}/#register`);
  assert.equal(await page.getByRole('button', { name: 'Log in', exact: true }).isVisible(), true);
  await fill_in(page, 'ada', password);
  await page.locator('#entry-alert .form-error').waitFor();
}, { auth: { registration: 'closed' } });

scene('the password can be shown, and password managers are told what is what', async (s) => {
  const page = await s.stranger();
  const field = page.locator('#password');
  await field.fill('can you read this');
  assert.equal(await field.getAttribute('type'), 'password');
  await page.getByRole('button', { name: 'Show password' }).click();
  assert.equal(await field.getAttribute('type'), 'text');
  assert.equal(await page.locator('#show-password').getAttribute('aria-pressed'), 'true');
  assert.equal(await field.getAttribute('autocomplete'), 'new-password');
  await page.locator('#to-login').click();
  await page.locator('#password[autocomplete="current-password"]').waitFor();
  assert.equal(await page.locator('#username').getAttribute('autocomplete'), 'username');
});

scene('a name with capitals is kept as it was written at registration', async (s) => {
  const ada = await s.guest('AdA');
  assert.equal(await ada.locator('#me-name').textContent(), 'AdA');
  await ada.context().clearCookies();
  await ada.reload();
  await log_in(ada, 'ada');
  await inside(ada);
  assert.equal(await ada.locator('#me-name').textContent(), 'AdA');
});

scene('a server that is away when the page is opened is waited for', async (s) => {
  const page = await s.stranger();
  await page.route('**/api/session', (route) => route.abort());
  await page.reload();
  await page.getByText('The server cannot be reached').waitFor();
  await page.unroute('**/api/session');
  await page.getByRole('button', { name: 'Try now' }).click();
  await page.locator('#entry').waitFor();
});
