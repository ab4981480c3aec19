import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../src/protocol/index.js';
import type { Host } from './network.js';
import type { ClientEnd } from './resumable-call.js';

/** A host on real sockets of this machine. */
export async function serveCall(host: Host) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => SUBPROTOCOL });
  server.on('connection', (socket: WebSocket) => {
    const end: ClientEnd = {
      send: (frame) => socket.send(frame),
      close: (code) => socket.close(code),
    };
    socket.on('message', (data, isBinary) => {
      const bytes = data as Buffer;
      host.receive(end, isBinary ? bytes : bytes.toString());
    });
    socket.on('close', () => host.lost(end));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    /** Breaks every socket without a goodbye. */
    cut: () => server.clients.forEach((socket) => socket.terminate()),
    stop: async () => {
      server.clients.forEach((socket) => socket.terminate());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
