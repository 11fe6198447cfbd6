import { spawn } from 'node:child_process';
import { open, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bridgeOf, bridgesOf, ensureBridge, removeBridge } from './bridge.mjs';
import { dockerAt } from './docker.mjs';
import { withSystemPath } from './exec.mjs';
import { closeFirewall, openFirewall } from './firewall.mjs';
import { unmountBelow } from './mounts.mjs';
import { endProcesses } from './processes.mjs';
import { Unmet } from './unmet.mjs';

const START_DEADLINE = 60_000;

/** Addresses of Unix sockets end at 107 bytes, and the engine appends up to 35 to the folder's. */
const LONGEST_FOLDER = 70;

/** @param {string} folder */
export function endpointOf(folder) {
  return `unix://${socketOf(folder)}`;
}

/** @param {string} folder */
function socketOf(folder) {
  return path.join(folder, 'docker.sock');
}

/** @param {string} folder */
function engineLogOf(folder) {
  return path.join(folder, 'engine.log');
}

/**
 * Starts a Docker Engine that shares nothing with any other on this machine: containerd, data,
 * state, socket, bridge and address pool are its own. It outlives this process.
 * An engine that runs there already stays.
 *
 * @param {string} folder An absolute path; everything is kept below.
 */
export async function startEngine(folder) {
  if (folder.length > LONGEST_FOLDER) {
    throw new Unmet(`${folder} is too long a path for sockets: ${LONGEST_FOLDER} characters fit`);
  }
  if (await answers(folder)) return;
  await endProcesses(folder);
  await unmountBelow(path.join(folder, 'exec'));
  for (const name of ['exec', 'docker.pid', 'docker.sock', 'engine.log']) {
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
  await mkdir(path.join(folder, 'exec'), { recursive: true, mode: 0o711 });
  const pool = await ensureBridge(folder);
  await openFirewall(folder, pool);

  const log = await open(engineLogOf(folder), 'a');
  try {
    const containerd = await startContainerd(folder, log.fd);
    const dockerd = await startDockerd(folder, pool, log.fd);
    await untilReady(folder, [containerd, dockerd]);
  } catch (error) {
    await endProcesses(folder);
    throw error;
  } finally {
    await log.close();
  }
}

/**
 * Ends that engine as a reboot would, containers and all, and starts it again.
 *
 * @param {string} folder
 */
export async function restartEngine(folder) {
  await endProcesses(folder);
  await startEngine(folder);
}

/**
 * Ends that engine, everything that runs in it, and what it left on this machine.
 *
 * @param {string} folder
 */
export async function removeEngine(folder) {
  if (await answers(folder)) {
    const docker = dockerAt(endpointOf(folder));
    const containers = await docker(['ps', '--all', '--quiet'], { timeout: 10_000 }).catch(
      () => '',
    );
    if (containers !== '') {
      const remove = ['rm', '--force', '--volumes', ...containers.split('\n')];
      // What it leaves behind goes with its processes.
      await docker(remove, { timeout: 60_000 }).catch(() => undefined);
    }
  }
  await endProcesses(folder);
  await unmountBelow(folder);
  for (const bridge of await bridgesOf(folder)) await removeBridge(bridge);
  await closeFirewall(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** @param {string} folder */
export async function engineLogTail(folder) {
  const text = await readFile(engineLogOf(folder), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-30).join('\n');
}

/**
 * @param {string} folder
 * @param {number} log
 */
async function startContainerd(folder, log) {
  const config = path.join(folder, 'containerd.toml');
  const quoted = (/** @type {string[]} */ ...parts) => JSON.stringify(path.join(folder, ...parts));
  await writeFile(
    config,
    [
      'version = 2',
      `root = ${quoted('data', 'containerd')}`,
      `state = ${quoted('exec', 'containerd')}`,
      'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
      '[grpc]',
      `  address = ${quoted('containerd.sock')}`,
      '[plugins."io.containerd.internal.v1.opt"]',
      `  path = ${quoted('data', 'opt')}`,
      '',
    ].join('\n'),
  );
  return startDetached('containerd', ['--config', config], log);
}

/**
 * @param {string} folder
 * @param {string} pool
 * @param {number} log
 */
async function startDockerd(folder, pool, log) {
  const config = path.join(folder, 'daemon.json');
  await writeFile(config, '{}\n');
  const flags = {
    'config-file': config,
    'data-root': path.join(folder, 'data'),
    'exec-root': path.join(folder, 'exec'),
    pidfile: path.join(folder, 'docker.pid'),
    host: endpointOf(folder),
    containerd: path.join(folder, 'containerd.sock'),
    bridge: bridgeOf(folder),
    'default-address-pool': `base=${pool},size=24`,
    // The chains of the firewall are shared with other engines, see openFirewall.
    iptables: 'false',
    ip6tables: 'false',
  };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  return startDetached('dockerd', args, log);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {number} log
 */
function startDetached(command, args, log) {
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: withSystemPath(),
  });
  child.on('error', () => undefined);
  child.unref();
  return child;
}

/**
 * @param {string} folder
 * @param {import('node:child_process').ChildProcess[]} processes
 */
async function untilReady(folder, processes) {
  const deadline = performance.now() + START_DEADLINE;
  while (!(await answers(folder))) {
    const ended = processes.find(({ exitCode, pid }) => exitCode !== null || pid === undefined);
    if (ended || performance.now() > deadline) {
      const what = ended ? `${ended.spawnfile} ended` : `it did not answer in ${START_DEADLINE} ms`;
      throw new Error(`cannot start an engine: ${what}\n${await engineLogTail(folder)}`);
    }
    await sleep(100);
  }
}

/**
 * Whether the engine of this folder answers.
 *
 * @param {string} folder
 * @returns {Promise<boolean>}
 */
function answers(folder) {
  return new Promise((resolve) => {
    const request = http.get(
      { socketPath: socketOf(folder), path: '/_ping', timeout: 5_000 },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => {
      resolve(false);
    });
  });
}
