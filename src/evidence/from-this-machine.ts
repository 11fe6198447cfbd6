import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { dockerCliBanner } from '../engine/docker-cli.ts';
import { ask } from '../ssh/child.ts';
import { packageRoot } from '../util/package-root.ts';
import type { Collection } from './collection.ts';

/** Which programs work on the cluster from here. */
export async function fromThisMachine(
  into: Collection,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  await into.put('versions.txt', { what: 'versions', signal }, async () => {
    const manifest = await readFile(path.join(packageRoot(), 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    const [docker, ssh] = await Promise.all([dockerCliBanner(env), ask('ssh', ['-V'])]);
    return [
      `swarmctl    ${version}`,
      `node        ${process.version} (OpenSSL ${process.versions.openssl})`,
      `platform    ${process.platform}-${process.arch}, ${os.type()} ${os.release()}`,
      `docker CLI  ${docker?.trim() ?? 'none'}`,
      `ssh         ${ssh.exitCode === 0 ? ssh.stderr.trim() : 'none'}`,
      `time        ${new Date().toISOString()}`,
    ].join('\n');
  });
}
