import { asProblem, type SpecProblem } from '../cluster/problem.ts';
import type { HostSpec } from '../cluster/spec.ts';
import { readContext } from '../engine/docker-context.ts';
import { reasonOf } from '../errors.ts';
import { hostUrl, parseHostUrl, withSshDefaults, type SshDefaults } from '../hosts/host-url.ts';
import { readPemFiles, type PemFiles } from './read-pem-files.ts';

type HostTls = HostSpec['tls'];

interface ToResolve {
  readonly hosts: readonly HostSpec[];
  /** Of each host. */
  readonly files: readonly PemFiles[];
  /** Of those that have none of their own. */
  readonly commonFiles: PemFiles;
  readonly sshDefaults: SshDefaults;
  /** The docker CLI's folder, for contexts. */
  readonly dockerConfig: string;
  /** Whether engines may have no TLS. */
  readonly insecure: boolean;
}

const FLAGS = { ca: '--tls-ca-cert', cert: '--tls-cert', key: '--tls-key' };

/** The hosts as they can be reached, and what is wrong with that. */
export async function resolveHosts(
  wanted: ToResolve,
): Promise<{ hosts: HostSpec[]; problems: SpecProblem[] }> {
  const common = await tlsOf(wanted.commonFiles, FLAGS);
  const resolved = await Promise.all(
    wanted.hosts.map((host, index) => resolve(host, index, common, wanted)),
  );
  return {
    hosts: resolved.map(({ host }) => host),
    problems: [...common.problems.map(asProblem), ...resolved.flatMap(({ problems }) => problems)],
  };
}

async function resolve(
  host: HostSpec,
  index: number,
  common: { tls: HostTls; problems: readonly string[] },
  { files, sshDefaults, dockerConfig, insecure }: ToResolve,
): Promise<{ host: HostSpec; problems: SpecProblem[] }> {
  const at = `hosts[${index}].tls`;
  const names = { ca: `${at}.ca`, cert: `${at}.cert`, key: `${at}.key` };
  // Of other hosts they are told to be needless.
  const mayHaveTls = /^(tcp|context):/.test(host.url);
  const own = await tlsOf((mayHaveTls ? files[index] : undefined) ?? {}, names);
  const problems = own.problems.map(asProblem);
  const urlProblem = (sentence: string): SpecProblem => ({
    ...{ setting: 'host', index, within: { key: 'url' } },
    sentence: `--host ${host.url}${sentence}`,
  });
  try {
    const name = /^context:\/\/(.*)$/.exec(host.url)?.[1];
    const there = name === undefined ? host : await fromContext(name, dockerConfig, sshDefaults);
    if (!there.url.startsWith('tcp://')) return { host: { ...host, ...there }, problems };
    const tls = own.tls ?? there.tls ?? common.tls;
    // Files that cannot be read, and such as lack a part, are told already.
    const isTold = problems.length + common.problems.length > 0 || !isEmpty(files[index]);
    if (!tls && !insecure && !isTold) {
      problems.push(
        urlProblem(
          ' needs --tls-ca-cert, --tls-cert and --tls-key: a cluster is TLS everywhere (--insecure where no engine has any)',
        ),
      );
    }
    return { host: { ...host, ...there, tls }, problems };
  } catch (error) {
    return { host, problems: [...problems, urlProblem(`: ${reasonOf(error)}`)] };
  }
}

/** All three, or none. */
async function tlsOf(files: PemFiles, names: typeof FLAGS) {
  const { tls, problems } = await readPemFiles(files, names);
  const { ca, cert, key } = tls ?? {};
  return { tls: ca && cert && key ? { ca, cert, key } : null, problems };
}

function isEmpty(files: PemFiles = {}): boolean {
  return Object.values(files).every((file) => file === undefined);
}

async function fromContext(
  name: string,
  config: string,
  defaults: SshDefaults,
): Promise<Pick<HostSpec, 'url' | 'tls'>> {
  const { host, tls, skipVerify } = await readContext(config, name);
  if (skipVerify) {
    throw new Error('it takes any certificate (skip-tls-verify), and a cluster must not');
  }
  const url = parseHostUrl(host.replace(/^https:/, 'tcp:'));
  if ('problems' in url || (url.kind !== 'tcp' && url.kind !== 'ssh')) {
    throw new Error(`it leads to ${host}, which other hosts cannot reach`);
  }
  return {
    url: hostUrl(withSshDefaults(url, defaults)),
    tls: tls ? { ca: tls.ca, cert: tls.cert, key: tls.key } : null,
  };
}
