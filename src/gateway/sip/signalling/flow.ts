/** Where a message came from, and how to answer there: a UDP peer, or a TCP connection. */
export interface Flow {
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
  /** Never throws; what cannot be sent is lost, as on the network. */
  send(text: string): void;
  /** The same peer at another of its UDP ports; a TCP connection stays itself. */
  at(port: number): Flow;
  /**
   * A call goes on over it: a TCP connection is not closed for being silent, or our BYE could not be sent. Returns what lets go of
   * it, once.
   */
  hold(): () => void;
}

/** What arrives: one whole message, as bytes that nobody has looked at. Must not throw. */
export type OnMessage = (bytes: Buffer, flow: Flow) => void;
