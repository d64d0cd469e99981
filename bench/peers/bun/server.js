// Bun's publish, which is uWebSockets' core on BoringSSL: every client's text message goes to all as it is.
// bun server.js CERTIFICATE KEY
const [certificate, key] = process.argv.slice(2);
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  tls: { cert: Bun.file(certificate), key: Bun.file(key) },
  fetch(request, self) {
    return self.upgrade(request) ? undefined : new Response('WebSocket only', { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 0,
    open: (socket) => socket.subscribe('room'),
    message: (_, text) => { server.publish('room', text); },
  },
});
console.log(`listening on https://localhost:${server.port}`);
