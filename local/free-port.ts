import { createServer } from 'node:net';

/** The port itself, or for 0 one that was free just now: addresses stand in the template's values, so they must be known first. */
export const freePort = (port: number): Promise<number> =>
  port !== 0
    ? Promise.resolve(port)
    : new Promise((resolve, reject) => {
        const server = createServer();
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
          const address = server.address();
          server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
        });
      });
