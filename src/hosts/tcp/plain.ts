import type { TcpProblem } from './problem.ts';

/** What speaks against an engine without TLS; to be told as an error unless somebody insists. */
export function plainProblem(url: string): Omit<TcpProblem, 'level' | 'host'> {
  return {
    problem:
      `${url} has no TLS: anyone on the networks between can read what is sent to the engine, ` +
      'secrets included, and whoever reaches its port is root on the host',
    fix:
      'let the engine listen with TLS (dockerd --tlsverify) and give --tls-ca-cert, --tls-cert and ' +
      '--tls-key; where nobody else can reach it, --insecure takes it as it is',
  };
}
