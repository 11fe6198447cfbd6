import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RIGHTS } from './ssh-host.mjs';
import { TCP_HOST_IMAGE } from './tcp-host-image.mjs';

const START_DEADLINE = 60_000;

/**
 * @typedef {object} TcpHost
 * @property {string} name
 * @property {string} address
 * @property {(...command: string[]) => Promise<string>} exec Runs a command in it as root.
 * @property {(file: string, to: string) => Promise<string>} copy Puts a file or folder into it.
 * @property {() => Promise<string>} freeze Nothing runs in it, but its kernel takes connections.
 * @property {() => Promise<string>} thaw
 */

/** Engines that listen on TCP, on a network of their own; gone when they are closed. */
export class TcpHosts {
  #docker;
  #network = `tcp-test-${randomBytes(4).toString('hex')}`;
  /** @type {string[]} */
  #names = [];

  /** @param {import('./docker.mjs').Docker} docker */
  constructor(docker) {
    this.#docker = docker;
  }

  async open() {
    await this.#docker(['network', 'create', this.#network]);
  }

  /**
   * A host with an address and no engine yet: certificates name the address.
   *
   * @returns {Promise<TcpHost>}
   */
  async prepare() {
    const name = `${this.#network}-${this.#names.length + 1}`;
    this.#names.push(name);
    await this.#docker([
      ...['run', '--detach', '--name', name, '--hostname', name, '--network', this.#network],
      ...RIGHTS,
      ...['--stop-signal', 'SIGTERM', '--entrypoint', 'sh', TCP_HOST_IMAGE],
      // Waits for what it is to serve; afterwards it can be started again and again.
      ...['-c', 'while [ ! -e /engine/ready ]; do sleep 0.1; done; exec sh /entrypoint.sh'],
    ]);
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    return {
      name,
      address: await this.#docker(['inspect', '--format', format, name]),
      exec: (...command) => this.#docker(['exec', name, ...command]),
      copy: (file, to) => this.#docker(['cp', file, `${name}:${to}`]),
      freeze: () => this.#docker(['pause', name]),
      thaw: () => this.#docker(['unpause', name]),
    };
  }

  /**
   * Starts the engine of a host, or starts it again with other certificates.
   *
   * @param {TcpHost} host
   * @param {string} folder What the entrypoint finds in /engine.
   */
  async serve(host, folder) {
    const again = await host.exec('test', '-e', '/engine/ready').then(
      () => true,
      () => false,
    );
    await host.exec('mkdir', '-p', '/engine');
    await host.copy(`${folder}/.`, '/engine');
    await host.exec('touch', '/engine/ready');
    if (again) await this.#docker(['restart', '--time', '10', host.name]);
    await this.#untilUp(host);
  }

  async close() {
    if (this.#names.length > 0) await this.#docker(['rm', '--force', '--volumes', ...this.#names]);
    await this.#docker(['network', 'rm', this.#network]);
  }

  /** @param {TcpHost} host */
  async #untilUp(host) {
    const end = performance.now() + START_DEADLINE;
    for (;;) {
      const reason = await host.exec('docker', 'version').then(
        () => undefined,
        (/** @type {unknown} */ error) => error,
      );
      if (reason === undefined) return;
      if (performance.now() > end) {
        const log = await this.#docker(['logs', '--tail', '20', host.name]);
        throw new Error(`${host.name} did not come up:\n${log}`, { cause: reason });
      }
      await sleep(200);
    }
  }
}
