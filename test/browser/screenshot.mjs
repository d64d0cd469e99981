// Takes the picture in the README, docs/screenshot.png, as the page looks with the limits that Parley brings:
// npm run screenshot

import { fileURLToPath } from 'node:url';
import { composer, message, say, scene } from './support/scene.mjs';

const conversation = [
  ['ada', 'Morning, everyone ☀️'], ['ada', 'Is the river path dry?'], ['grace', 'Dry enough for bicycles'],
  ['linus.b', 'I took the bus, as one does'], ['ada', 'Noted 😄'], ['grace', 'Lunch at one?'],
  ['ada', 'Yes please, the place with the blue door'], ['linus.b', 'Five minutes late, save me a seat'],
];

scene('the picture in the README', async (s) => {
  const pages = {};
  for (const name of ['ada', 'grace', 'linus.b'])
    pages[name] = await s.guest(name, { viewport: { width: 1100, height: 680 } });
  for (const [who, text] of conversation) {
    await say(pages[who], text);
    await message(pages.ada, text).waitFor();
  }
  await composer(pages.ada).fill('I could bring the maps');
  await pages.ada.screenshot({ path: fileURLToPath(new URL('../../docs/screenshot.png', import.meta.url)) });
}, { idle: { warn_after: '20s', kick_after: '30s' } });
