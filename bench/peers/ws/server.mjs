// Node's ws: every client's text message goes to all as it is.
// node server.mjs CERTIFICATE KEY
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { WebSocketServer } from 'ws';

const [certificate, key] = process.argv.slice(2);
const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) });
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (text) => {
    for (const to of sockets.clients) to.send(text, { binary: false });
  });
});
server.listen(0, '127.0.0.1', () => console.log(`listening on https://localhost:${server.address().port}`));
