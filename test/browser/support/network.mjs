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
