import { CartesiaConnection } from './cartesia-connection.js';
import type { ConnectionOptions } from './cartesia-connection.js';
import { loadSdk } from './sdk.js';

export interface PoolOptions extends ConnectionOptions {
  /** Replies that share one connection. */
  readonly maxRepliesPerConnection: number;
}

/**
 * The connections of this process. A reply takes the first that has room, so that a connection is there before its first
 * sentence is: TCP, TLS and WebSocket handshakes cost four round trips. Shared connections cost less than one a call would,
 * and Cartesia counts its limit by contexts, not by connections.
 */
export class CartesiaPool {
  private readonly connections = new Set<CartesiaConnection>();

  constructor(private readonly options: PoolOptions) {}

  /** A connection with room for one more reply; it may still be connecting. */
  take(): CartesiaConnection {
    for (const connection of this.connections) {
      if (connection.isUsable && connection.size < this.options.maxRepliesPerConnection) return connection;
    }
    const connection: CartesiaConnection = new CartesiaConnection(loadSdk(), this.options, () => {
      this.connections.delete(connection);
    });
    this.connections.add(connection);
    return connection;
  }

  close(): void {
    for (const connection of this.connections) connection.close();
    this.connections.clear();
  }
}
