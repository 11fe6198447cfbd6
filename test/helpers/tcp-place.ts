import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { EngineEndpoint, TlsClient } from '../../src/engine/endpoint.ts';
import type { KeyPair } from '../../src/pki/index.ts';
import { dockerAt } from '../sandbox/docker.mjs';
import { tcpHostImage } from '../sandbox/tcp-host-image.mjs';
import { TcpHosts, type TcpHost } from '../sandbox/tcp-host.mjs';
import { sandbox } from './settings.ts';

/** Making the image takes minutes, the first time. */
export const IMAGE_DEADLINE = 900_000;

interface Leaf {
  readonly commonName: string;
  readonly usages: readonly ('serverAuth' | 'clientAuth')[];
  /** In openssl's words: `IP:10.0.0.1`. */
  readonly names?: readonly string[];
  /** How long it is valid; 20 when left out. */
  readonly days?: number;
}

/** Engines on TCP that somebody else set up, with certificates of CAs that openssl made. */
export class TcpPlace {
  readonly folder: string;
  readonly #hosts: TcpHosts;
  #files = 0;

  private constructor(folder: string, hosts: TcpHosts) {
    this.folder = folder;
    this.#hosts = hosts;
  }

  static async open(): Promise<TcpPlace> {
    const docker = dockerAt(sandbox.engine());
    await tcpHostImage(docker, sandbox.folder());
    const hosts = new TcpHosts(docker);
    await hosts.open();
    return new TcpPlace(await mkdtemp('/tmp/swarmctl-tcp-'), hosts);
  }

  /** A host whose engine does not run yet: certificates need its address. */
  async prepare(): Promise<TcpHost> {
    return this.#hosts.prepare();
  }

  /** Runs its engine with TLS, for clients of the CA; without any when nothing is given. */
  async serve(host: TcpHost, tls?: { authority: KeyPair; server: KeyPair }): Promise<void> {
    const folder = tls
      ? await this.credentials(tls.authority, tls.server)
      : await this.#newFolder();
    await this.#hosts.serve(host, folder);
  }

  /** A folder with credentials as swarm takes them. */
  async credentials(authority: KeyPair, own: KeyPair): Promise<string> {
    const folder = await this.#newFolder();
    await writeFile(path.join(folder, 'ca.pem'), authority.certificate);
    await writeFile(path.join(folder, 'cert.pem'), own.certificate);
    await writeFile(path.join(folder, 'key.pem'), own.privateKey, { mode: 0o600 });
    return folder;
  }

  /** A CA; its key is RSA-2048 unless openssl is told otherwise. */
  async authority(
    commonName: string,
    key: readonly string[] = ['rsa:2048'],
    days = 30,
  ): Promise<KeyPair> {
    const cwd = await this.#newFolder();
    const subject = ['-subj', `/C=DE/O=Example Org/CN=${commonName}`];
    const out = ['-nodes', '-keyout', 'key.pem', '-out', 'cert.pem'];
    const request = ['req', '-x509', '-days', String(days), '-newkey', ...key, ...subject, ...out];
    await execa('openssl', request, { cwd });
    return readPair(cwd);
  }

  async leaf(
    authority: KeyPair,
    { commonName, usages, names = [], days = 20 }: Leaf,
  ): Promise<KeyPair> {
    const cwd = await this.#newFolder();
    await writeFile(path.join(cwd, 'ca.pem'), authority.certificate);
    await writeFile(path.join(cwd, 'ca-key.pem'), authority.privateKey, { mode: 0o600 });
    const extensions = [
      'basicConstraints = CA:FALSE',
      `extendedKeyUsage = ${usages.join(', ')}`,
      ...(names.length > 0 ? [`subjectAltName = ${names.join(', ')}`] : []),
    ];
    await writeFile(path.join(cwd, 'leaf.cnf'), `${extensions.join('\n')}\n`);
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem'];
    const subject = ['-subj', `/CN=${commonName}`];
    await execa('openssl', ['req', ...key, ...subject, '-out', 'request.pem'], { cwd });
    const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'];
    const files = ['-in', 'request.pem', '-extfile', 'leaf.cnf', '-out', 'cert.pem'];
    await execa('openssl', ['x509', '-req', '-days', String(days), ...issuer, ...files], { cwd });
    return readPair(cwd);
  }

  async close(): Promise<void> {
    await this.#hosts.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #newFolder(): Promise<string> {
    this.#files += 1;
    const folder = path.join(this.folder, String(this.#files));
    await mkdir(folder);
    return folder;
  }
}

async function readPair(folder: string): Promise<KeyPair> {
  const [certificate = '', privateKey = ''] = await Promise.all(
    ['cert.pem', 'key.pem'].map((file) => readFile(path.join(folder, file), 'utf8')),
  );
  return { certificate, privateKey };
}

/** What a client of the CA has. */
export function clientOf(authority: KeyPair, client: KeyPair): TlsClient {
  return { ca: authority.certificate, cert: client.certificate, key: client.privateKey };
}

export function tcp(host: string, tls?: TlsClient, port = 2376): EngineEndpoint {
  return { kind: 'tcp', host, port, ...(tls && { tls }) };
}
