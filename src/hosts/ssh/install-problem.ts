import type { ServerFacts } from './facts.ts';
import type { Problem } from './setup.ts';

const HELP = 'https://docs.docker.com/engine/install/';

/**
 * Why Docker cannot be installed on a server that lacks it, from where `--engine-install-url` and
 * `--no-engine-install` say: `packages`, `never`, or the URL of a script.
 */
export function installProblem(facts: ServerFacts, source: string): Problem | undefined {
  const { docker, os, root, systemd, apt } = facts;
  if (docker !== undefined) return undefined;
  if (!systemd) {
    return {
      problem: 'it does not run systemd, by which swarmctl configures Docker',
      fix: 'use a host with systemd, or an engine that listens with TLS already: tcp://HOST:2376',
    };
  }
  if (source === 'never') {
    return {
      problem: 'there is no Docker Engine with a docker.service, and none is to be installed',
      fix: `install it (${HELP}), or leave out --no-engine-install`,
    };
  }
  if (typeof root === 'object') {
    return {
      problem: `there is no Docker Engine, and installing one takes root: ${root.refused}`,
      fix: 'connect as root (--ssh-user root), or let the user use sudo without a password',
    };
  }
  const known = [os.id, ...os.like].some((id) => id === 'debian' || id === 'ubuntu');
  if (source === 'packages' && !(apt && known)) {
    const name = os.id === '' ? 'an unknown Linux' : os.id;
    return {
      problem: `there is no Docker Engine, and swarmctl has no packages of it for ${name}`,
      fix: `install it (${HELP}), or name a script that does: --engine-install-url https://get.docker.com`,
    };
  }
  return undefined;
}
