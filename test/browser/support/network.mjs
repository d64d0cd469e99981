// The network between a page and the server, to be cut.

/**
 * Cuts the page's sockets off in the browser, as a lost network would, until it is told otherwise.
 * @param {import('playwright-core').Page} page
 */
export async function flaky(page) {
  const state = { open: [], cut: false };
  await page.routeWebSocket(/\/ws$/, (socket) => {
    if (state.cut) {
      socket.close({ code: 4000, reason: 'cut' });
      return;
    }
    state.open.push(socket);
    socket.connectToServer();
  });
  return {
    async cut() {
      state.cut = true;
      for (const socket of state.open.splice(0)) await socket.close({ code: 4000, reason: 'cut' });
    },
    mend() {
      state.cut = false;
    },
  };
}

/**
 * Refuses messages with this word in the server's stead, from the next connection on.
 * @param {import('playwright-core').Page} page @param {string} word
 */
export function refuse(page, word) {
  return page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      const { type, text, id, room } = JSON.parse(String(data));
      if (type !== 'message' || !text.includes(word)) server.send(data);
      else socket.send(JSON.stringify({ type: 'error', code: 'bad_field', message: `A message has no ${word}.`, id, room }));
    });
  });
}
