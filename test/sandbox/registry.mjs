import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findCommand, must } from './exec.mjs';
import { ensureCommands } from './packages.mjs';

/** Who may use a registry with a lock, and the line of htpasswd (bcrypt, of that password). */
export const USER = { name: 'tester', password: 'open sesame' };
const HTPASSWD = 'tester:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n';

const START_DEADLINE = 10_000;

/**
 * @typedef {object} RegistryOptions
 * @property {string} folder Of images, which several registries may share; and of settings.
 * @property {string} address Of this machine.
 * @property {number} [port] Otherwise a free one.
 * @property {boolean} [tls] With a certificate of its own; `ca` is its file.
 * @property {boolean} [locked] For USER alone.
 *
 * @typedef {object} Registry
 * @property {string} name `address:port`, the first part of its images' names.
 * @property {string} ca PEM file; empty without TLS.
 * @property {() => string[]} requests `GET /v2/…` of every request so far.
 * @property {() => Promise<void>} kill At once; what it was sending breaks off.
 */

/**
 * Debian's docker-registry, as a process of this machine: its end is a real one, which those who
 * are connected see, and it serves hosts on any network of an engine here.
 *
 * @param {RegistryOptions} options
 * @returns {Promise<Registry>}
 */
export async function startRegistry({ folder, address, port, tls = false, locked = false }) {
  await ensureCommands(['docker-registry', 'openssl']);
  const own = await mkdtemp(path.join(folder, 'settings-'));
  const listens = port ?? (await freePort(address));
  const certificate = tls ? await makeCertificate(own, address) : undefined;
  const htpasswd = path.join(own, 'htpasswd');
  await writeFile(htpasswd, HTPASSWD, { mode: 0o600 });
  const config = path.join(own, 'config.yml');
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: path.join(folder, 'images') } },
      http: { addr: `${address}:${listens}`, ...(certificate && { tls: certificate }) },
      ...(locked && { auth: { htpasswd: { realm: 'tests', path: htpasswd } } }),
    }),
  );
  const program = await findCommand('docker-registry');
  const child = spawn(program ?? 'docker-registry', ['serve', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (log += text));
  }
  await untilListening(child, { port: listens, host: address }, () => log);
  return {
    name: `${address}:${listens}`,
    ca: certificate?.certificate ?? '',
    requests: () => [...log.matchAll(/"([A-Z]+ \/v2\/\S*) HTTP/g)].map(([, line]) => line ?? ''),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/**
 * Puts an image of an engine of this machine into a folder of images. Engines take a registry at a
 * loopback address without TLS, so that nothing has to be set.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder
 * @param {readonly { image: string, as: string }[]} images `as`: the name without a registry.
 */
export async function fillRegistry(docker, folder, images) {
  const registry = await startRegistry({ folder, address: '127.0.0.1' });
  try {
    for (const { image, as } of images) {
      const name = `${registry.name}/${as}`;
      await docker(['tag', image, name]);
      try {
        await docker(['push', name]);
      } finally {
        await docker(['rmi', name]);
      }
    }
  } finally {
    await registry.kill();
  }
}

/**
 * @param {string} folder
 * @param {string} address
 */
async function makeCertificate(folder, address) {
  const [certificate, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  await must('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=registry'],
    ...['-addext', `subjectAltName=IP:${address}`, '-keyout', key, '-out', certificate],
  ]);
  return { certificate, key };
}

/** @param {string} address */
async function freePort(address) {
  const server = net.createServer();
  server.listen(0, address);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {{ port: number, host: string }} where
 * @param {() => string} log
 */
async function untilListening(child, where, log) {
  const end = performance.now() + START_DEADLINE;
  for (;;) {
    const socket = net.connect(where);
    const listens = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (listens) return;
    if (child.exitCode !== null || performance.now() > end) {
      child.kill('SIGKILL');
      throw new Error(`docker-registry did not come up:\n${log()}`);
    }
    await sleep(50);
  }
}
