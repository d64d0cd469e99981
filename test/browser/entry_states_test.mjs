// Every state of the log-in view, looked at closely.

import { fill_in, log_in, register, scene } from './support/scene.mjs';
import { look } from './support/look.mjs';

const limits = { idle: { warn_after: '20s', kick_after: '30s' } };

scene('first visit, log-in, and what is wrong with a registration', async (s) => {
  await s.guest('ada');
  const page = await s.stranger();
  await look(page, 'first-visit');
  await register(page, 'ada');
  await page.locator('#username-error').waitFor();
  await look(page, 'name-taken');
  await register(page, 'al', 'short');
  await page.locator('#password-error').waitFor();
  await look(page, 'registration-errors');
  await page.locator('#to-login').click();
  await look(page, 'log-in');
  await log_in(page, 'ada', 'not the password');
  await page.locator('#entry-alert .form-error').waitFor();
  await look(page, 'wrong-password');
}, limits);

scene('throttled, with the seconds running down', async (s) => {
  const page = await s.stranger();
  await page.locator('#to-login').click();
  for (let i = 0; i < 2; ++i) {
    await fill_in(page, 'ada', 'not the password');
    await page.locator('#entry-alert .form-error').waitFor();
  }
  await fill_in(page, 'ada', 'not the password');
  await page.locator('#entry-wait').waitFor();
  await look(page, 'throttled');
}, { ...limits, auth: { attempts: '2 in 10m' } });

scene('kicked', async (s) => {
  const page = await s.guest('ada');
  await page.locator('#entry').waitFor();
  await look(page, 'kicked');
}, { idle: { warn_after: '1s', kick_after: '2s' } });

scene('logged out elsewhere, the log-in revoked, and removed by an operator', async (s) => {
  const page = await s.guest('ada');
  const ends = [];
  await page.routeWebSocket(/\/ws$/, (socket) => {
    ends.push(socket);
    socket.connectToServer();
  });
  for (const [code, state] of [[4503, 'logged-out-elsewhere'], [4504, 'log-in-revoked'], [4505, 'removed']]) {
    await page.reload();
    await page.locator('#link[data-state="online"]').waitFor();
    await ends.pop().close({ code, reason: 'You were removed by an operator.' });
    await page.locator('#entry').waitFor();
    await look(page, state);
  }
});

scene('the server cannot be reached', async (s) => {
  const page = await s.stranger();
  await page.route('**/api/session', (route) => route.abort());
  await page.reload();
  await page.locator('#boot').waitFor();
  await look(page, 'unreachable');
});
