import type { Server } from 'node:http';
import { FatalError } from '../cli/fatal.ts';
import { log } from '../log.ts';

/** Opens one `-H` address: `tcp://host:port`, a bare `host:port`, or `unix://path`. */
export async function listen(server: Server, host: string): Promise<void> {
  const [, proto = 'tcp', addr = host] = /^(.*?):\/\/(.*)$/s.exec(host) ?? [];
  log.info('Listening for HTTP', { addr, proto });
  const target = proto === 'unix' ? { path: addr } : tcpTarget(proto, addr);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, addr)));
    server.listen(target, resolve);
  });
}

function tcpTarget(proto: string, addr: string): { host?: string; port: number } {
  if (proto !== 'tcp') throw new FatalError(`unsupported protocol: ${JSON.stringify(proto)}`);
  const [, host = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(addr) ?? [];
  if (port === undefined) {
    throw new FatalError(`listen tcp: address ${addr}: missing port in address`);
  }
  return { ...(host === '' ? {} : { host }), port: Number(port) };
}

function explain(error: NodeJS.ErrnoException, addr: string): FatalError {
  if (error.code !== 'EADDRINUSE') return new FatalError(`listen tcp ${addr}: ${error.message}`);
  const advice = addr.includes(':2375')
    ? ': is Docker already running on this machine? Try using a different port'
    : '';
  return new FatalError(`listen tcp ${addr}: bind: address already in use${advice}`);
}
