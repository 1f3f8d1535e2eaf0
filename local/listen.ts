import { createServer, type Server } from 'node:net';

/** Listens on this machine only and gives the port, 0 taking any free one. Says which flag chooses another when it is taken. */
export const listen = (server: Server, port: number, flag: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      reject(isTaken ? new Error(`Port ${port} is in use. Stop what uses it, or choose another with ${flag}.`) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

/** The port itself, or for 0 one that was free just now: for whoever must know it before it is listened on. */
export const freePort = async (port = 0): Promise<number> => {
  if (port !== 0) return port;
  const server = createServer();
  const free = await listen(server, 0, 'another run');
  await new Promise((resolve) => server.close(resolve));
  return free;
};
