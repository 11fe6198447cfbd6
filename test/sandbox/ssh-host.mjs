import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SSH_HOST_IMAGE } from './ssh-host-image.mjs';

/** The rights of a host that runs systemd and Docker where `--privileged` may be refused. */
export const RIGHTS = [
  ...['--cap-add', 'ALL', '--cap-drop', 'SYS_RESOURCE'],
  ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
  ...['--security-opt', 'systempaths=unconfined', '--device-cgroup-rule', 'a *:* rwm'],
  ...['--cgroupns', 'private', '--stop-signal', 'SIGRTMIN+3'],
  // What systemd expects to be empty when it starts, and Docker to be no overlay.
  ...['--tmpfs', '/run', '--tmpfs', '/run/lock', '--tmpfs', '/tmp:exec,mode=1777'],
  ...['--volume', '/var/lib/docker', '--volume', '/var/lib/containerd'],
];

const START_DEADLINE = 60_000;

/**
 * @typedef {object} HostOptions
 * @property {string} publicKey Opens every account.
 * @property {boolean} [docker] Left out: it has Docker.
 * @property {readonly string[]} [sshd] Lines of sshd_config that win over the others.
 *
 * @typedef {object} SshHost
 * @property {string} name
 * @property {string} address
 * @property {(...command: string[]) => Promise<string>} exec Runs a command as root, not by ssh.
 */

/** Servers on a network of their own, gone when they are closed. */
export class SshHosts {
  #docker;
  #network = `ssh-test-${randomBytes(4).toString('hex')}`;
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
   * @param {HostOptions} options
   * @returns {Promise<SshHost>}
   */
  async start({ publicKey, docker: hasDocker = true, sshd = [] }) {
    const name = `${this.#network}-${this.#names.length + 1}`;
    this.#names.push(name);
    await this.#docker([
      ...['run', '--detach', '--name', name, '--hostname', name, '--network', this.#network],
      ...RIGHTS,
      ...['--env', 'container=docker', '--env', `AUTHORIZED_KEY=${publicKey}`],
      ...['--env', `SSHD_OPTIONS=${sshd.join('\n')}`],
      ...(hasDocker ? [] : ['--env', 'WITHOUT_DOCKER=yes']),
      SSH_HOST_IMAGE,
    ]);
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    /** @type {SshHost} */
    const host = {
      name,
      address: await this.#docker(['inspect', '--format', format, name]),
      exec: (...command) => this.#docker(['exec', name, ...command]),
    };
    await this.#untilUp(host, hasDocker ? ['ssh', 'docker'] : ['ssh']);
    return host;
  }

  async close() {
    if (this.#names.length > 0) await this.#docker(['rm', '--force', '--volumes', ...this.#names]);
    await this.#docker(['network', 'rm', this.#network]);
  }

  /**
   * @param {SshHost} host
   * @param {readonly string[]} units
   */
  async #untilUp(host, units) {
    const end = performance.now() + START_DEADLINE;
    for (;;) {
      // Of several at once it is content with one.
      const reason = await Promise.all(
        units.map((unit) => host.exec('systemctl', 'is-active', unit)),
      ).then(
        () => undefined,
        (/** @type {unknown} */ error) => error,
      );
      if (reason === undefined) return;
      if (performance.now() > end) {
        const journal = await host
          .exec('journalctl', '--no-pager', '--lines', '40')
          .catch((/** @type {unknown} */ error) => String(error));
        const log = await this.#docker(['logs', '--tail', '20', host.name]);
        throw new Error(`${host.name} did not come up:\n${journal}\n${log}`, { cause: reason });
      }
      await sleep(200);
    }
  }
}
