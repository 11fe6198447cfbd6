import { homedir } from 'node:os';
import path from 'node:path';
import type { HostSpec } from '../cluster/spec.ts';
import { readContext } from '../engine/docker-context.ts';
import { reasonOf } from '../errors.ts';
import { hostUrl, parseHostUrl } from '../hosts/host-url.ts';
import { readPemFiles, type PemFiles } from './read-pem-files.ts';

/** The hosts as they can be reached, and what is wrong with that, a sentence each. */
export async function resolveHosts(
  hosts: readonly HostSpec[],
  files: PemFiles,
  dockerConfig: string,
): Promise<{ hosts: HostSpec[]; problems: string[] }> {
  const problems: string[] = [];
  const given = await readPemFiles(files, 'tls-');
  problems.push(...given.problems.map((problem) => problem.replace('--tls-ca ', '--tls-ca-cert ')));
  const { ca, cert, key } = given.tls ?? {};
  const tls = ca && cert && key ? { ca, cert, key } : null;
  const resolved = await Promise.all(
    hosts.map(async (host): Promise<HostSpec> => {
      if (host.url.startsWith('tcp://')) return { ...host, tls: host.tls ?? tls };
      const name = /^context:\/\/(.*)$/.exec(host.url)?.[1];
      if (name === undefined) return host;
      try {
        return { ...host, ...(await fromContext(name, dockerConfig)) };
      } catch (error) {
        problems.push(`--host ${host.url}: ${reasonOf(error)}`);
        return host;
      }
    }),
  );
  return { hosts: resolved, problems };
}

async function fromContext(name: string, config: string): Promise<Pick<HostSpec, 'url' | 'tls'>> {
  const { host, tls, skipVerify } = await readContext(config, name);
  if (skipVerify) {
    throw new Error('it takes any certificate (skip-tls-verify), and a cluster must not');
  }
  const url = parseHostUrl(host.replace(/^https:/, 'tcp:'));
  if ('problems' in url || (url.kind !== 'tcp' && url.kind !== 'ssh')) {
    throw new Error(`it leads to ${host}, which other hosts cannot reach`);
  }
  return { url: hostUrl(url), tls: tls ? { ca: tls.ca, cert: tls.cert, key: tls.key } : null };
}

/** The folder of the docker CLI. */
export function dockerConfigFolder(env: NodeJS.ProcessEnv): string {
  return env.DOCKER_CONFIG || path.join(homedir(), '.docker');
}
